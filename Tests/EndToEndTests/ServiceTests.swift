import Foundation
import TestSupport
import Testing

/// The long-running program as a service manager sees it.
@Suite("The service")
struct ServiceTests {
    @Test(
        "it says when it serves, reloads, lives and stops, also to a socket without a path", arguments: [false, true])
    func notifies(isAbstract: Bool) throws {
        let rollcall = try Installation()
        let port = try freePort()
        try rollcall.configure("http: { listen: \"127.0.0.1:\(port)\" }\nlog: { level: notice }")
        let manager = try Manager(
            isAbstract ? "@rollcall-test-\(UInt32.random(in: 0 ... .max))" : rollcall.folder + "/notify")
        rollcall.environment["NOTIFY_SOCKET"] = manager.name
        rollcall.environment["WATCHDOG_USEC"] = "2000000"
        let serving = try rollcall.start(["serve"])
        defer { serving.process.terminate() }
        #expect(manager.waits { $0.contains("READY=1") && $0.contains("STATUS=Serving at http://127.0.0.1:") })
        #expect(manager.waits { $0 == "WATCHDOG=1" })
        #expect(manager.waits { $0 == "WATCHDOG=1" })
        try rollcall.configure("http: { listen: \"127.0.0.1:\(port)\" }\nlog: { level: debug }")
        kill(serving.process.processIdentifier, SIGHUP)
        #expect(manager.waits { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") })
        #expect(manager.waits { $0.contains("READY=1") })
        try rollcall.configure("log: { level: shouting }")
        kill(serving.process.processIdentifier, SIGHUP)
        #expect(manager.waits { $0.contains("READY=1") })
        let began = Date()
        kill(serving.process.processIdentifier, SIGTERM)
        #expect(manager.waits { $0.hasPrefix("STOPPING=1") })
        let ended = try serving.wait()
        #expect(ended.exitCode == 0 && Date().timeIntervalSince(began) < 5, "\(ended.errors)")
        #expect(ended.errors.contains("configuration read again"), "\(ended.errors)")
        #expect(ended.errors.contains("the configuration is wrong, the old one goes on"))
    }

    @Test("SIGTERM cancels a run that reads, whose slot is still to be served")
    func stops() throws {
        let rollcall = try Installation()
        let server = try SlowServer()
        defer { server.stop() }
        try rollcall.domain(people: 20)
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0)
        try rollcall.run("source", "set", "example.com", "location=http://127.0.0.1:\(server.port)/people.csv")
        let running = try rollcall.start(["sync", "run", "example.com", "--json"])
        #expect(server.waitsForConnection())
        kill(running.process.processIdentifier, SIGTERM)
        let ended = try running.wait()
        #expect(ended.text("outcome") == "cancelled", "\(ended.output) \(ended.errors)")
    }

    @Test("without its keys it serves, and refuses what needs a secret with one sentence and exit 4")
    func sealed() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 20)
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0)
        try rollcall.run("source", "secret", "example.com", "password", input: "correct horse battery\n")
        let runs = try rollcall.json("run", "list").list.count
        try FileManager.default.moveItem(atPath: rollcall.folder + "/state/keys", toPath: rollcall.folder + "/keys")
        let refused = try rollcall.run("sync", "run", "example.com")
        #expect(refused.exitCode == 4)
        #expect(refused.errors.contains("The secrets stay sealed: the key ring file:"), "\(refused.errors)")
        #expect(try rollcall.run("sync", "test", "example.com").exitCode == 4)
        #expect(try rollcall.json("run", "list").list.count == runs)
        #expect(try rollcall.run("explain", "user1@example.com").output.contains("accepted"))
        let status = try rollcall.run("status")
        #expect(status.exitCode == 1 && status.output.contains("stay sealed"), "\(status.output)")
        #expect(!FileManager.default.fileExists(atPath: rollcall.folder + "/state/keys"))

        try rollcall.configure("http: { listen: \"127.0.0.1:\(try freePort())\" }")
        let manager = try Manager(rollcall.folder + "/notify")
        rollcall.environment["NOTIFY_SOCKET"] = manager.name
        let serving = try rollcall.start(["serve"])
        #expect(manager.waits { $0.contains("READY=1") })
        kill(serving.process.processIdentifier, SIGTERM)
        let ended = try serving.wait()
        #expect(ended.exitCode == 0 && ended.errors.contains("stay sealed"), "\(ended.errors)")

        try FileManager.default.moveItem(atPath: rollcall.folder + "/keys", toPath: rollcall.folder + "/state/keys")
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0)
    }

    @Test("a store that has gone is not replaced by an empty one")
    func gone() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 3)
        try rollcall.run("source", "secret", "example.com", "password", input: "correct horse battery\n")
        for side in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: rollcall.folder + "/state/rollcall.db" + side)
        }
        let refused = try rollcall.run("serve")
        #expect(refused.exitCode == 78 && refused.errors.contains("shows that there was one"), "\(refused.errors)")
    }

    @Test("two that see the same slot at once: one runs it")
    func race() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 20)
        #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0)

        try rollcall.run("source", "set", "example.com", "auto.enabled=on", "auto.times_per_day=4")
        let both = try (0..<4).map { _ in try rollcall.start(["sync", "run", "--due", "--json"]) }
        let runs = try both.map { try $0.wait().list.count }.reduce(0, +)
        #expect(runs <= 1)
    }
}

/// A service manager's end of sd_notify.
private final class Manager {
    let name: String
    private let descriptor: Int32
    private var early: [String] = []

    init(_ name: String) throws {
        self.name = name
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard result == 0 else { throw InstallationError(text: "no socket \(name): \(errno)") }
        self.descriptor = descriptor
        setPatience(descriptor, milliseconds: 200)
    }

    deinit { close(descriptor) }

    /// Whether a message comes within half a minute that is as wanted; others are let pass.
    func waits(for wanted: (String) -> Bool) -> Bool {
        let until = Date().addingTimeInterval(30)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while Date() < until {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { continue }
            if wanted(String(decoding: buffer[..<count], as: UTF8.self)) { return true }
        }
        return false
    }
}

/// One that is free just now.
func freePort() throws -> UInt16 {
    let server = try SlowServer()
    defer { server.stop() }
    return server.port
}

/// Takes a connection and says nothing: a read that lasts.
private final class SlowServer {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard result else { throw InstallationError(text: "no port") }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    func waitsForConnection() -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 30_000) == 1
    }

    func stop() { close(descriptor) }
}
