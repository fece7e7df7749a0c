import ConnectorKit
import ConnectorTesting
import DirectoryServers
@testable import LDAPDirectory

/// One source as a host would run it: a full read, then deltas from the state of the last.
final class Reading {
    var settings: [String: String]
    private(set) var mirror = Mirror(full: [])
    private(set) var state: [UInt8] = []
    private(set) var host = TestHost()
    private(set) var mode = ""

    init(_ settings: [String: String]) { self.settings = settings }

    static func slapd(_ server: Slapd, port: Int? = nil, _ more: [String: String] = [:]) -> Reading {
        var settings = [
            "preset": "openldap", "servers": "127.0.0.1:\(port ?? server.port)", "security": "none",
            "base_dn": Slapd.suffix, "user": Slapd.admin, "password": Slapd.password, "answer_timeout": "5",
            "connect_timeout": "3",
        ]
        settings.merge(more) { $1 }
        return Reading(settings)
    }

    /// The status of a full read. Only a good one changes the mirror.
    @discardableResult
    func full() throws -> Status {
        host = TestHost()
        let status = try Opened(LDAPDirectory.self, settings, host).full()
        mode = "full"
        if status == .ok {
            mirror = Mirror(full: host.records)
            state = host.states.last ?? []
        }
        return status
    }

    /// A delta, and a full read when it asks for one.
    @discardableResult
    func sync() throws -> Status {
        host = TestHost()
        let opened = try Opened(LDAPDirectory.self, settings, host)
        let status = opened.delta(state)
        if status == .needFull { return try full() }
        mode = "delta"
        if status == .ok {
            mirror.apply(host.records)
            state = host.states.last ?? state
        }
        return status
    }

    func call(_ method: String, _ arguments: [(String, String)] = []) throws -> Status {
        host = TestHost()
        return try Opened(LDAPDirectory.self, settings, host).call(method, arguments)
    }

    var problem: TestHost.Problem? { host.problems.last }
    /// Of the state: how the next delta will be read.
    var way: String? {
        String(decoding: state, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("way=") }.map {
            String($0.dropFirst(4))
        }
    }
}
