/// What went wrong in the store: one sentence that says what was being done and to what, a hint how to mend it, and
/// what a command should make of it.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// Another process is writing and did not end in time.
        case locked
        /// The disk is full. Nothing was written; reading goes on, and writing does when there is space.
        case full
        /// A read, write or sync failed. The store refuses all further use, for its pages in memory cannot be trusted.
        case io
        case corrupt
        /// Written by a later release.
        case newerSchema
        case missing
        case permission
        /// The key ring is missing or is not the one that sealed the secrets.
        case sealed
        /// A name that is taken already.
        case taken
        /// The location or a request makes no sense.
        case usage
        case other
    }

    package var kind: Kind
    package var message: String
    package var hint: String

    package init(_ kind: Kind, _ message: String, hint: String = "") {
        self.kind = kind
        self.message = message
        self.hint = hint
    }

    package var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }

    /// The exit code of a command that ends with this error. 74 is EX_IOERR: a service manager should start anew.
    package var exitCode: Int32 {
        switch kind {
        case .io: 74
        case .locked: 5
        case .sealed: 4
        case .newerSchema, .missing, .permission: 78
        case .usage: 64
        case .full, .corrupt, .taken, .other: 1
        }
    }
}
