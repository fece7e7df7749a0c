import Foundation
import RollcallGateway
import TestSupport
import Testing

/// The protocol on the wire: each fact of Postfix's socketmap client, and clients that mean ill.
@Suite("Lookup service")
struct ServerTests {
    let fixture = Fixture()

    @Test(
        "a request is a netstring, a reply is one, and never empty behind OK",
        arguments: [
            ("recipients jo@example.com", "7:OK user,"), ("recipients nobody@example.com", "9:NOTFOUND ,"),
            ("recipients gone@example.com", "34:TEMP removed lately, may come back,"),
            ("aliases info@example.com", "17:OK jo@example.com,"), ("domains example.com", "5:OK OK,"),
            ("transport jo@example.com", "28:OK smtp:[mx1.example.net]:25,"),
            ("nonsense jo@example.com", "25:TEMP there is no such map,"),
            // The key goes on to the end: the first space parts it from the map, others are its own.
            ("recipients john doe@example.com", "9:NOTFOUND ,"), ("recipients \"jo\"@example.com", "7:OK user,"),
            // Bytes are counted, not characters.
            ("recipients jörg@example.com", "7:OK user,"), ("recipients ", "9:NOTFOUND ,"),
        ])
    func replies(request: String, reply: String) throws {
        let service = try TestService()
        #expect(service.wire().ask(request) == reply)
    }

    @Test(
        "what is no request is closed without a reply, and others go on",
        arguments: [
            "hello\n", "GET / HTTP/1.1\r\n\r\n", "0:,", "007:", "99999:", "999999999999:", ":", "5:abcde;",
            "10:recipients,",
            "-1:x,", "10241:", "5 :abcde,", "\u{0}\u{0}\u{0}",
        ])
    func garbage(text: String) throws {
        let service = try TestService()
        let good = service.wire()
        let bad = service.wire()
        bad.write(text)
        #expect(bad.readAll() == "")
        #expect(good.ask("recipients jo@example.com") == "7:OK user,")
    }

    @Test("a request may come byte by byte, and several at once")
    func pieces() throws {
        let service = try TestService()
        let wire = service.wire()
        for byte in Array(Wire.netstring("recipients jo@example.com").utf8) {
            wire.write([byte])
            usleep(500)
        }
        #expect(wire.read() == "7:OK user,")
        let many = String(repeating: Wire.netstring("recipients jo@example.com"), count: 5_000)
        Thread.detachNewThread { wire.write(many) }
        let replies = String(repeating: "7:OK user,", count: 5_000)
        #expect(wire.read(atLeast: replies.utf8.count) == replies)
    }

    @Test("a client that closes its writing side, as Exim does, is answered and then closed")
    func halfClosed() throws {
        let service = try TestService()
        let wire = service.wire()
        wire.write(Wire.netstring("recipients jo@example.com"))
        wire.endWriting()
        #expect(wire.readAll() == "7:OK user,")
    }

    @Test("who does not read holds up nobody, and has what he asked for when he reads")
    func slowReader() throws {
        let service = try TestService()
        let slow = service.wire(receiveBuffer: 4096)
        let request = Wire.netstring("aliases team@example.com")
        let reply = service.wire().ask("aliases team@example.com")
        let count = 60_000
        Thread.detachNewThread { slow.write(String(repeating: request, count: count)) }
        usleep(300_000)
        let started = Date()
        #expect(service.wire().ask("recipients jo@example.com") == "7:OK user,")
        #expect(Date().timeIntervalSince(started) < 1)
        let all = slow.read(atLeast: reply.utf8.count * count)
        #expect(all == String(repeating: reply, count: count))
    }

    @Test("half a request, an untaken reply and an idle connection are closed after their time")
    func timeouts() throws {
        var limits = ServerLimits()
        limits.waiting = 500
        limits.idle = 1500
        let service = try TestService(limits: limits)
        let half = service.wire()
        half.write("25:recipients")
        let idle = service.wire()
        #expect(idle.ask("recipients jo@example.com") == "7:OK user,")
        let started = Date()
        #expect(half.readAll() == "")
        #expect(Date().timeIntervalSince(started) < 3)
        #expect(idle.readAll() == "")
    }

    @Test("three hundred connections at once are answered, and beyond the limit the idlest makes room")
    func manyConnections() throws {
        var limits = ServerLimits()
        limits.connections = 300
        let service = try TestService(limits: limits)
        let wires = (0..<300).map { _ in service.wire() }
        for wire in wires { wire.write(Wire.netstring("recipients jo@example.com")) }
        for wire in wires { #expect(wire.read() == "7:OK user,") }
        let last = service.wire()
        #expect(last.ask("recipients jo@example.com") == "7:OK user,")
        #expect(wires.map { $0.ask("recipients jo@example.com") }.filter { $0 == "7:OK user," }.count == 299)
    }

    @Test("a deadline that has passed is answered with try later, never with unknown")
    func deadline() throws {
        var limits = ServerLimits()
        limits.deadline = -1
        let service = try TestService(limits: limits)
        #expect(service.wire().ask("recipients nobody@example.com") == "13:TEMP too busy,")
    }

    @Test("ten thousand hostile requests leave the service as it was")
    func hostile() throws {
        let service = try TestService()
        var random = SeededGenerator(seed: 2026)
        let pieces = [
            "recipients ", "aliases ", "transport ", "domains ", "check recipients ", "jo@example.com", "\u{0}", "@",
            "\"", "+",
            "example.com", "xn--", "ö", "\u{202E}", "..", "%", String(repeating: "a", count: 5_000), "a@b@c", "\r\n",
            ",", ":",
        ]
        var held: [Wire] = []
        for round in 0..<10_000 {
            let wire = service.wire()
            var text = ""
            for _ in 0..<Int.random(in: 0...6, using: &random) { text += random.pick(pieces) }
            switch round % 5 {
            case 0: wire.write(Wire.netstring(text))
            case 1: wire.write("\(Int.random(in: 0...20_000, using: &random)):\(text),")
            case 2:
                wire.write(
                    (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
                )
            case 3:
                wire.write(Wire.netstring("recipients " + text))
                wire.endWriting()
            default: wire.write(String(Wire.netstring(text).dropLast()))
            }
            // Some stay half-open, some are dropped with replies untaken.
            if round % 50 == 0 { held.append(wire) }
            if round % 1_000 == 0 { #expect(service.wire().ask("recipients jo@example.com") == "7:OK user,") }
        }
        withExtendedLifetime(held) {
            let wire = service.wire()
            for key in ["jo@example.com", "info@example.org"] {
                #expect(wire.ask("recipients \(key)").contains("OK"))
            }
            #expect(wire.ask("recipients nobody@example.com") == "9:NOTFOUND ,")
        }
    }

    @Test("new books are answered from by the next request, on the same connection")
    func swap() throws {
        let service = try TestService()
        let wire = service.wire()
        #expect(wire.ask("recipients nobody@example.com") == "9:NOTFOUND ,")
        service.books.replace(Books(service.books.now.snapshots, doubt: "the store is away"))
        #expect(wire.ask("recipients nobody@example.com").contains("TEMP not sure"))
        #expect(wire.ask("recipients jo@example.com") == "7:OK user,")
        service.books.replace(.none)
        #expect(wire.ask("recipients jo@example.com").contains("TEMP"))
    }

    @Test("a Unix socket is for its group, takes the place of a dead one, and not of a living one")
    func unixSocket() throws {
        let path = try fixture.temporaryDirectory() + "/map.sock"
        let books = CurrentBooks(Books([try Sample.snapshot()]))
        let place = try #require(ListenPlace("unix:\(path)"))
        var server: SocketmapServer? = try SocketmapServer([place], books: books)
        try server?.start()
        #expect(try Modes.of(path) == 0o660)
        let reply = try SocketmapClient(place).ask("recipients jo@example.com")
        #expect(String(decoding: reply, as: UTF8.self) == "OK user")
        #expect(throws: SocketFailure.self) { try SocketmapServer([place], books: books) }
        server?.stop()
        server = nil
        #expect(!FileManager.default.fileExists(atPath: path))
        // Left behind by a process that was killed.
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(listener)
        #expect(FileManager.default.fileExists(atPath: path))
        let again = try SocketmapServer([place], books: books)
        try again.start()
        #expect(try SocketmapClient(place).ask("domains example.com") == Array("OK OK".utf8))
    }

    @Test("lookups are counted by map and answer, by address, and by what enforcement would refuse")
    func counting() throws {
        let service = try TestService([
            Sample.snapshot(), Sample.snapshot(SnapshotFacts(name: "off.test"), enforces: false),
        ])
        let wire = service.wire()
        for _ in 0..<3 { _ = wire.ask("recipients jo@example.com") }
        for key in [
            "info@example.org", "jo+x@example.com", "nobody@example.com", "nobody@off.test", "x@elsewhere.test",
        ] {
            _ = wire.ask("recipients \(key)")
        }
        _ = wire.ask("aliases info@example.com")
        _ = wire.ask("check recipients jo@example.com")
        service.server.stop()
        let answers = service.counts.answers.filter { $0.count > 0 }.map { "\($0.map) \($0.word.text) \($0.count)" }
        #expect(answers == ["recipients OK 6", "recipients NOTFOUND 2", "aliases OK 1"])
        #expect(service.counts.unmanaged == 1)
        let hits = service.counts.take()
        #expect(hits["example.com"]?.hits == [Array("jo".utf8): 4, Array("info".utf8): 1])
        #expect(hits["off.test"]?.refused == 1)
        #expect(service.counts.take().isEmpty)
    }
}
