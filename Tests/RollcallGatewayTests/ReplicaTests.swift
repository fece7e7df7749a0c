import DirectoryServers
import Foundation
import Logging
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallGateway

@Suite("Replicas")
struct ReplicaTests {
    private func listing(_ books: [String: Int64], store: String = "one") -> ReplicaListing {
        ReplicaListing(
            store: store,
            books: books.sorted { $0.key < $1.key }.map { .init(domain: $0.key, edition: $0.value, syncedAt: 0) })
    }

    @Test("a listing is taken where it goes on from what is here, and refused where it would take something away")
    func plans() {
        let have: [String: Int64] = ["a.example": 3, "b.example": 5, "c.example": 1, "d.example": 1]
        var plan = ReplicaPlan(listing(have), have: have, store: "one")
        #expect(plan.fetch.isEmpty && plan.drop.isEmpty && plan.alarms.isEmpty)
        plan = ReplicaPlan(listing(["a.example": 3]), have: [:], store: nil)
        #expect(plan.fetch == ["a.example": 3])
        var next = have
        next["a.example"] = 4
        next["e.example"] = 1
        next["d.example"] = nil
        plan = ReplicaPlan(listing(next), have: have, store: "one")
        #expect(plan.fetch == ["a.example": 4, "e.example": 1] && plan.drop == ["d.example"] && plan.alarms.isEmpty)
        // An older edition.
        next = have
        next["b.example"] = 2
        plan = ReplicaPlan(listing(next), have: have, store: "one")
        #expect(plan.fetch.isEmpty && plan.drop.isEmpty && plan.alarms.count == 1)
        // Most of it gone, or all.
        for books in [["a.example": 3], [:]] as [[String: Int64]] {
            plan = ReplicaPlan(listing(books), have: have, store: "one")
            #expect(plan.drop.isEmpty && plan.alarms.count == 1)
        }
        #expect(ReplicaPlan(listing([:]), have: ["a.example": 1], store: "one").drop.isEmpty)
        // Another store behind the same address, with editions that look newer.
        plan = ReplicaPlan(listing(["a.example": 99], store: "two"), have: have, store: "one")
        #expect(plan.fetch.isEmpty && plan.drop.isEmpty && plan.alarms.count == 1)
    }

    @Test(
        "a list that is not whole, or contradicts itself, is none",
        arguments: [
            "", "{}", "[]", #"{"store":"x","books":[],"total":1}"#, #"{"store":"","books":[],"total":0}"#,
            #"{"store":"x","books":[{"domain":"a.example","edition":-1,"syncedAt":0}],"total":1}"#,
            #"{"store":"x","books":[{"domain":"../a","edition":1,"syncedAt":0}],"total":1}"#,
            #"{"store":"x","books":[{"domain":"A.example","edition":1,"syncedAt":0}],"total":1}"#,
            #"{"store":"x","books":[{"domain":"a.example","edition":1,"syncedAt":0},{"domain":"a.example","edition":2,"syncedAt":0}],"total":2}"#,
            #"{"store":"x","books":[{"domain":"a.example","edition":1,"syncedAt":0}]}"#, "<html>",
        ])
    func badListings(text: String) {
        #expect(throws: ReplicaFlaw.self) { try ReplicaListing(json: text.utf8) }
    }

    @Test("a primary elsewhere is asked over https only, and a token is one word")
    func addresses() {
        for base in ["http://primary.example", "http://localhost.evil.example", "ftp://localhost", "primary"] {
            #expect(throws: ReplicaFlaw.self) { try PrimaryClient(base, token: "x") }
        }
        for base in ["https://primary.example/", "http://localhost:1", "http://[::1]:1"] {
            #expect(throws: Never.self) { try PrimaryClient(base, token: "x") }
        }
        for token in ["", "a b", "a\r\nX: y"] {
            #expect(throws: ReplicaFlaw.self) { try PrimaryClient("https://primary.example", token: token) }
        }
    }

    @Test("an image that is garbled, of another domain or of an older edition is refused")
    func images() throws {
        let world = try BookFixture()
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user, aliases: ["b@example.com"])])
        let bytes = try world.store.read { db in
            try ReplicaSource().image(db, world.domain(named: "example.com"), at: BookFixture.now)
        }
        #expect(try ReplicaPlan.take(bytes, for: "example.com", edition: 1).addressCount == 2)
        #expect(throws: ReplicaFlaw.self) { try ReplicaPlan.take(bytes, for: "example.org", edition: 1) }
        #expect(throws: ReplicaFlaw.self) { try ReplicaPlan.take(bytes, for: "example.com", edition: 2) }
        for length in 0..<bytes.count {
            #expect(throws: ReplicaFlaw.self) {
                try ReplicaPlan.take(Array(bytes[..<length]), for: "example.com", edition: 1)
            }
        }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x10
            #expect(throws: ReplicaFlaw.self) { try ReplicaPlan.take(other, for: "example.com", edition: 1) }
        }
    }

    /// A primary that says what a test wants.
    private final class FakePrimary {
        let port = Shell.freePort()
        let folder: String

        init(_ world: BookFixture) throws {
            folder = try world.fixture.temporaryDirectory("rollcall-primary")
            try world.fixture.file(
                folder + "/server.py",
                """
                import http.server, os
                class Handler(http.server.BaseHTTPRequestHandler):
                    protocol_version = 'HTTP/1.1'
                    def do_GET(self):
                        name = '\(folder)/' + self.path.strip('/').replace('/', '_')
                        body = open(name, 'rb').read() if os.path.exists(name) else None
                        self.send_response(500 if body is None else 200)
                        self.send_header('content-length', str(len(body or b'')))
                        self.end_headers()
                        self.wfile.write(body or b'')
                    def log_message(self, *words): pass
                http.server.ThreadingHTTPServer(('127.0.0.1', \(port)), Handler).serve_forever()
                """)
            let process = try Shell.start(["/usr/bin/env", "python3", folder + "/server.py"])
            world.fixture.defer { Shell.stop(process) }
            try Shell.wait(seconds: 20, for: "the primary") {
                (try? Shell.run(["curl", "-s", "http://127.0.0.1:\(port)/x"])) != nil
            }
        }

        func put(_ world: BookFixture, _ listing: ReplicaListing, _ images: [String: [UInt8]] = [:]) throws {
            try world.fixture.file(folder + "/replica_books", bytes: listing.json)
            for (domain, bytes) in images { try world.fixture.file(folder + "/replica_books_\(domain)", bytes: bytes) }
        }
    }

    @Test("what a primary garbles or loses changes no answer but unknown, which becomes try later")
    func odd() throws {
        let world = try BookFixture()
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let primary = try FakePrimary(world)
        func image() throws -> [UInt8] {
            try world.store.read { db in
                try ReplicaSource().image(db, world.domain(named: "example.com"), at: BookFixture.now)
            }
        }
        func look() throws -> (CurrentBooks, ReplicaLook) {
            let books = CurrentBooks()
            let look = ReplicaLook(
                try PrimaryClient("http://127.0.0.1:\(primary.port)", token: "x"),
                folder: ReplicaFolder(world.folder + "/replica"), current: books,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            return (books, look)
        }
        func answer(_ address: String, _ books: CurrentBooks) -> AnswerWord {
            var answerer = Answerer()
            var data: [UInt8] = []
            return Array(address.utf8).withUnsafeBytes {
                answerer.answer(.recipients, $0, books.now, now: 1_800_000_000, data: &data).word
            }
        }
        func answers(_ books: CurrentBooks) -> [AnswerWord] {
            ["a@example.com", "b@example.com"].map { answer($0, books) }
        }
        var (books, replica) = try look()
        replica.look()
        #expect(answers(books) == [.temp, .temp])
        try primary.put(world, listing(["example.com": 1]), ["example.com": image()])
        replica.look()
        #expect(answers(books) == [.ok, .notFound])
        // A newer edition that comes garbled.
        try world.put("example.com", [Entry(primary: "b@example.com", kind: .user)])
        try primary.put(world, listing(["example.com": 2]), ["example.com": Array(image().dropLast())])
        replica.look()
        #expect(answers(books) == [.ok, .temp])
        try primary.put(world, listing(["example.com": 2]), ["example.com": image()])
        replica.look()
        #expect(answers(books) == [.ok, .ok])
        // An empty list; another store; no list at all: nothing is lost.
        for bad in [listing([:]), listing(["example.com": 9], store: "two"), listing(["example.com": 1])] {
            try primary.put(world, bad)
            replica.look()
            #expect(answers(books) == [.ok, .ok] && answer("c@example.com", books) == .temp)
        }
        try FileManager.default.removeItem(atPath: primary.folder + "/replica_books")
        (books, replica) = try look()
        #expect(answers(books) == [.ok, .ok] && answer("c@example.com", books) == .temp)
        replica.look()
        #expect(answers(books) == [.ok, .ok] && answer("c@example.com", books) == .temp)
    }
}
