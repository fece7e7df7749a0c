/// One connection to one server: dialled, encrypted, signed in. Every call that may block runs under the watch, so each
/// ends at its deadline or at a cancel, whatever the server does.

internal import CLDAP
internal import ConnectorKit

final class Connection {
    let server: Server
    let options: Options
    let host: Host
    let handle: OpaquePointer
    private let descriptor: Int32
    private let watch: OpaquePointer
    private(set) var isEncrypted = false

    /// Connects and encrypts. Nothing secret has been sent when this returns or throws.
    init(_ server: Server, _ options: Options, _ host: Host) throws(Stop) {
        self.server = server
        self.options = options
        self.host = host
        guard let watch = rollcall_watch_start(host.cancelDescriptor) else {
            throw .failed("The connector could not start the thread that watches over connections.")
        }
        descriptor = try stoppingWatch(watch) { () throws(Stop) in try Self.dial(server, options, host) }
        var handle: OpaquePointer?
        let code = rollcall_ldap_adopt(descriptor, server.uri, Self.largestMessage, &handle)
        guard code == LDAP_SUCCESS, let handle else {
            rollcall_watch_stop(watch)
            throw Failure.of(code, "", .connect, server, options)
        }
        self.handle = handle
        self.watch = watch
        try encrypt(checks: true)
    }

    /// For a look at a certificate that was refused: encrypts without checking, and must not be used for anything else.
    init(inspecting server: Server, _ options: Options, _ host: Host) throws(Stop) {
        self.server = server
        self.options = options
        self.host = host
        guard let watch = rollcall_watch_start(host.cancelDescriptor) else { throw Stop(.failed) }
        descriptor = try stoppingWatch(watch) { () throws(Stop) in try Self.dial(server, options, host) }
        var handle: OpaquePointer?
        guard rollcall_ldap_adopt(descriptor, server.uri, 1 << 20, &handle) == LDAP_SUCCESS, let handle else {
            rollcall_watch_stop(watch)
            throw Stop(.failed)
        }
        self.handle = handle
        self.watch = watch
        try encrypt(checks: false)
    }

    deinit {
        // The farewell is a write, which may block as anything else.
        rollcall_watch_arm(watch, descriptor, 2000)
        ldap_unbind_ext(handle, nil, nil)
        rollcall_watch_arm(watch, -1, 0)
        rollcall_watch_stop(watch)
    }

    /// A message larger than this is no entry of an address book.
    private static let largestMessage = 64 << 20

    private static func dial(_ server: Server, _ options: Options, _ host: Host) throws(Stop) -> Int32 {
        var detail = [CChar](repeating: 0, count: 256)
        var asked = host
        let descriptor = withUnsafeMutablePointer(to: &asked) { pointer in
            rollcall_dial(
                server.host, String(server.port), options.connectTimeout, host.cancelDescriptor, permit, pointer,
                &detail,
                detail.count)
        }
        if descriptor >= 0 { return descriptor }
        let words = text(detail)
        switch Int(descriptor) {
        case ROLLCALL_DIAL_UNKNOWN:
            throw Stop(
                .unavailable, "The name \(server.host) has no address.", field: "servers", detail: words)
        case ROLLCALL_DIAL_DENIED:
            throw .denied(
                "The networks allowed to connectors do not include \(words), the address of \(server.host).",
                field: "servers")
        case ROLLCALL_DIAL_LATE: throw Failure.late(server, "take the connection", options.connectTimeout)
        case ROLLCALL_DIAL_CANCELLED: throw .cancelled
        default: throw .unavailable("\(server.shown) does not take connections.", detail: words)
        }
    }

    // MARK: Encryption

    private func encrypt(checks: Bool) throws(Stop) {
        guard server.security != .none else { return }
        let authority = options.authorityFile.isEmpty ? "/etc/ssl/certs/ca-certificates.crt" : options.authorityFile
        guard rollcall_ldap_trust(handle, authority, checks ? 1 : 0) == LDAP_SUCCESS else {
            throw .badSettings(
                "ca_file",
                "The certificate authority file \(authority) cannot be used: it must be a PEM "
                    + "file that may be read.")
        }
        if server.security == .startTLS {
            let code = try guarded("answer to StartTLS", options.connectTimeout) { rollcall_ldap_start_tls(handle) }
            guard code == LDAP_SUCCESS else { throw refusedStartTLS(code) }
        }
        let code = try guarded("finish the TLS handshake", options.connectTimeout) { ldap_install_tls(handle) }
        guard code == LDAP_SUCCESS else {
            throw checks ? Certificate.whyRefused(self) : Stop(.failed, detail: diagnostic)
        }
        isEncrypted = true
    }

    private func refusedStartTLS(_ code: Int32) -> Stop {
        if code < 0 { return Failure.of(code, diagnostic, .connect, server, options) }
        return .badSettings(
            "security", "\(server.shown) refused StartTLS; nothing was sent to it. Choose LDAPS, if it speaks that.",
            detail: "result \(code) \(String(cString: ldap_err2string(code))), \(diagnostic)")
    }

    // MARK: Signing in

    func bind() throws(Stop) {
        try options.checkSignIn()
        let user = options.user
        let code = try guarded("answer to the sign-in", options.connectTimeout) {
            options.password.withUnsafeBytes {
                rollcall_ldap_bind(handle, user, $0.baseAddress, user.isEmpty ? 0 : $0.count)
            }
        }
        guard code == LDAP_SUCCESS else { throw Failure.of(code, diagnostic, .bind, server, options) }
        if !isEncrypted { _ = rollcall_ldap_read_ahead(handle) }
    }

    var diagnostic: String {
        var words = [CChar](repeating: 0, count: 512)
        rollcall_ldap_diagnostic(handle, &words, words.count)
        return text(words)
    }

    // MARK: The watch

    /// Runs a call that may block; at the deadline, or at a cancel, the connection is shut down and the call ends.
    func guarded<Result>(_ what: @autoclosure () -> String, _ milliseconds: Int64, _ body: () -> Result) throws(Stop)
        -> Result
    {
        rollcall_watch_arm(watch, descriptor, milliseconds)
        let result = body()
        switch Int(rollcall_watch_disarm(watch)) {
        case ROLLCALL_WATCH_CANCELLED: throw .cancelled
        case ROLLCALL_WATCH_LATE: throw Failure.late(server, what(), milliseconds)
        default: return result
        }
    }
}

/// The thread must not outlive a connection that never came to be.
private func stoppingWatch<Result>(_ watch: OpaquePointer, _ body: () throws(Stop) -> Result) throws(Stop) -> Result {
    do {
        return try body()
    } catch {
        rollcall_watch_stop(watch)
        throw error
    }
}

private let permit: rollcall_permit = { context, address in
    guard let context, let address else { return 0 }
    return context.assumingMemoryBound(to: Host.self).pointee.permits(address: String(cString: address)) ? 1 : 0
}

/// A C string that a function wrote into a buffer.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
