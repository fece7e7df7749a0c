/// What one client may take of a service that all gateways wait for. Postfix keeps a connection for a process, closes it
/// after 10 s without use, and opens a new one where it was closed.
package struct ServerLimits: Sendable {
    package var connections = 1024
    /// Milliseconds that half a request or an untaken reply may lie.
    package var waiting: Int64 = 10_000
    /// Milliseconds that a connection may say nothing.
    package var idle: Int64 = 120_000
    /// Milliseconds after which an answer is "try later" whatever it would be: Postfix waits for 100 s, and mail with it.
    package var deadline: Int64 = 2_000

    package init() {}
}
