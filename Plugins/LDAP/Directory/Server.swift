/// Which servers to try, in order: the setting's, each that is a domain replaced by those that its SRV records name.

internal import CLDAP
internal import ConnectorKit

struct Server: Sendable, Equatable {
    var host: String
    var port: Int
    var security: Options.Security

    /// The name that a certificate must bear is the one in here.
    var uri: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(security == .ldaps ? "ldaps" : "ldap")://\(name):\(port)"
    }

    var shown: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}

enum ServerList {
    static func expand(_ options: Options, lookUp: (String) -> [ServiceRecord] = ServiceRecord.lookUp) -> [Server] {
        var servers: [Server] = []
        let usual = options.port ?? (options.security == .ldaps ? 636 : 389)
        for name in options.servers {
            let records = name.mayBeDomain ? records(of: name.host, lookUp) : []
            if records.isEmpty {
                add(Server(host: name.host, port: name.port ?? usual, security: options.security), to: &servers)
            }
            for record in records {
                // SRV tells the port of plain LDAP, where StartTLS is spoken; LDAPS has its own.
                let port = options.port ?? (options.security == .ldaps ? 636 : record.port)
                add(Server(host: record.host, port: port, security: options.security), to: &servers)
            }
        }
        return servers
    }

    private static func add(_ server: Server, to servers: inout [Server]) {
        if !servers.contains(server) { servers.append(server) }
    }

    private static func records(of domain: String, _ lookUp: (String) -> [ServiceRecord]) -> [ServiceRecord] {
        for name in ["_ldap._tcp.dc._msdcs.\(domain)", "_ldap._tcp.\(domain)"] {
            let found = lookUp(name)
            if !found.isEmpty { return ServiceRecord.ordered(found) }
        }
        return []
    }
}

/// An SRV record (RFC 2782).
struct ServiceRecord: Sendable, Equatable {
    var host: String
    var port: Int
    var priority: Int
    var weight: Int

    static func lookUp(_ name: String) -> [ServiceRecord] {
        var found: [ServiceRecord] = []
        _ = withUnsafeMutablePointer(to: &found) { rollcall_srv(name, collect, $0) }
        return found
    }

    /// From the bytes of a DNS answer.
    static func parse(_ answer: [UInt8]) -> [ServiceRecord]? {
        var found: [ServiceRecord] = []
        let count = withUnsafeMutablePointer(to: &found) {
            rollcall_srv_parse(answer, Int32(answer.count), collect, $0)
        }
        return count < 0 ? nil : found
    }

    /// By priority; within one, the heavier first, then by name. Always the same order, so that a source stays with its
    /// server from run to run: change numbers and cookies are a server's own.
    static func ordered(_ records: [ServiceRecord]) -> [ServiceRecord] {
        records.sorted { ($0.priority, -$0.weight, $0.host, $0.port) < ($1.priority, -$1.weight, $1.host, $1.port) }
    }
}

private let collect: rollcall_srv_record = { context, host, port, priority, weight in
    guard let context, let host else { return }
    context.assumingMemoryBound(to: [ServiceRecord].self).pointee.append(
        ServiceRecord(
            host: String(cString: host), port: Int(port), priority: Int(priority), weight: Int(weight)))
}
