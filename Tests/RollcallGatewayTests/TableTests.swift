import DirectoryServers
import Foundation
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallGateway

@Suite("Tables of recipients")
struct TableTests {
    let world: BookFixture

    init() throws { world = try BookFixture() }

    private static let people = [
        Entry(
            primary: "Ann@Example.com", kind: .user, aliases: ["a.li@example.com"],
            grace: [.init(address: "old@example.com", until: 1_900_000_000)]),
        Entry(primary: "team@example.com", kind: .list, members: ["ann@example.com"]),
        Entry(primary: "gone@example.com", kind: .user, until: 1_900_000_000),
        Entry(primary: "#1@example.com", kind: .user),
    ]

    static let stamp = "# rollcall example.com edition 1 of 2027-01-15T08:00:00Z"

    @Test(
        "each form has the lines that its reader takes",
        arguments: [
            (
                ExportFormat.postfix,
                [
                    "a.li@example.com alias", "abuse@example.com role",
                    "ann@example.com user",
                    "gone@example.com user", "old@example.com alias", "postmaster@example.com role",
                    "team@example.com list", "@example.com catchall",
                ]
            ),
            (
                .exim,
                [
                    "\"#1@example.com\": user", "a.li@example.com: alias", "abuse@example.com: role",
                    "ann@example.com: user", "gone@example.com: user", "old@example.com: alias",
                    "postmaster@example.com: role", "team@example.com: list", "*@example.com: catchall",
                ]
            ),
            (
                .opensmtpd,
                [
                    "a.li@example.com", "abuse@example.com", "ann@example.com", "gone@example.com", "old@example.com",
                    "postmaster@example.com", "team@example.com", "@example.com",
                ]
            ),
            (
                .rspamd,
                ["a.li@example.com", "ann@example.com", "gone@example.com", "old@example.com", "team@example.com"]
            ),
            (
                .list,
                [
                    "#1@example.com", "a.li@example.com", "ann@example.com", "gone@example.com", "old@example.com",
                    "team@example.com",
                ]
            ),
        ])
    func lines(format: ExportFormat, expected: [String]) throws {
        try world.domain(catchall: "ann@example.com", with: Self.people)
        #expect(try world.text(format).split(separator: "\n").map(String.init) == [Self.stamp] + expected)
    }

    @Test("what is in grace stays in, unless it is left out by word")
    func grace() throws {
        try world.domain(with: Self.people)
        let text = try world.text(.list) { $0.activeOnly = true }
        #expect(!text.contains("gone@") && !text.contains("old@") && text.contains("ann@"))
    }

    @Test("an address stands under every name of its domain, each once")
    func aliases() throws {
        try world.domain(
            aliases: ["example.net"],
            with: [Entry(primary: "postmaster@example.com", kind: .user, aliases: ["b@example.com"])])
        #expect(
            try world.text(.postfix).split(separator: "\n").dropFirst().map(String.init) == [
                "abuse@example.com role", "abuse@example.net role", "b@example.com alias", "b@example.net alias",
                "postmaster@example.com user", "postmaster@example.net user",
            ])
    }

    @Test("a table of all domains does not refuse the mail of one that is not enforced yet")
    func all() throws {
        try world.domain("a.example", enforce: false, with: [Entry(primary: "x@a.example", kind: .user)])
        try world.domain("b.example", with: [Entry(primary: "y@b.example", kind: .user)])
        let text = try world.text(.postfix, only: nil)
        #expect(text.contains("\n@a.example unenforced\n") && !text.contains("@b.example unenforced"))
        #expect(text.contains("# rollcall a.example edition 1") && text.contains("# rollcall b.example edition 1"))
        #expect(try !world.text(.postfix, only: "a.example").contains("unenforced"))
    }

    @Test("postmap finds in the lmdb what it finds in one that it made itself, to the byte")
    func lmdb() throws {
        try world.domain(catchall: "ann@example.com", with: Self.people + Self.many(3000))
        let source = try world.file(.postfix, world.folder + "/source")
        let table = try world.file(.lmdb, world.folder + "/table")
        #expect(table.hasSuffix("/table.lmdb"))
        try Shell.run(["postmap", "lmdb:\(source)"])
        func dump(_ path: String) throws -> [Substring] {
            // Behind the header: keys and values in turn.
            try Shell.run(["mdb_dump", "-n", path]).split(separator: "\n").drop { $0 != "HEADER=END" }.dropFirst()
                .map { $0 }
        }
        // Ours has the edition as a record, which is a comment in a source.
        // Neither can a source have an address that begins like a comment.
        let stamp = [Self.hex("# rollcall example.com"), Self.hex("edition 1 of 2027-01-15T08:00:00Z")]
        let ours = try dump(table)
        #expect(Array(ours.prefix(2)).map { $0.dropFirst() } == stamp.map { Substring($0) })
        let odd = Self.hex("#1@example.com")
        #expect(ours.dropFirst(2).first?.dropFirst() == Substring(odd))
        #expect(try Array(ours.dropFirst(4)) == dump(source + ".lmdb"))
        for (key, value) in [("ann@example.com", "user"), ("#1@example.com", "user"), ("u77@example.com", "user")] {
            #expect(try Shell.run(["postmap", "-q", key, "lmdb:\(world.folder)/table"]) == value + "\n")
        }
        #expect(
            try Shell.run(["postmap", "-q", "nobody@example.com", "lmdb:\(world.folder)/table"], allows: [1]) == "")
    }

    @Test("the cdb is the one that tinycdb makes, to the byte")
    func cdb() throws {
        try world.domain(catchall: "ann@example.com", with: Self.people + Self.many(3000))
        let path = try world.file(.cdb, world.folder + "/table.cdb")
        let dump = try Shell.run(["cdb", "-d", path])
        try Shell.run(["cdb", "-c", "\(world.folder)/other.cdb"], input: dump)
        let other = try Data(contentsOf: URL(filePath: world.folder + "/other.cdb"))
        #expect(try Data(contentsOf: URL(filePath: path)) == other)
        for key in ["ann@example.com", "#1@example.com", "u2999@example.com", "# rollcall example.com"] {
            #expect(try !Shell.run(["cdb", "-q", path, key]).isEmpty)
        }
        #expect(try Shell.run(["cdb", "-q", path, "nobody@example.com"], allows: [100]) == "")
        // Postfix reads it as well.
        #expect(try Shell.run(["postmap", "-q", "u5@example.com", "cdb:\(world.folder)/table"]) == "user\n")
    }

    @Test("a file that cannot be replaced stays as it was, and nothing is left beside it", arguments: ["lmdb", "list"])
    func atomic(name: String) throws {
        let format = try #require(ExportFormat(rawValue: name))
        try world.domain(with: Self.people)
        let path = world.folder + "/out.lmdb"
        try FileManager.default.createDirectory(atPath: path + "/in", withIntermediateDirectories: true)
        #expect(throws: ExportFailure.self) { try world.file(format, path) }
        #expect(throws: ExportFailure.self) { try world.file(format, world.folder + "/no/such") }
        let names = try FileManager.default.contentsOfDirectory(atPath: world.folder)
        #expect(!names.contains { $0.hasSuffix(".new") })
    }

    @Test("the mode of the file that was there is kept")
    func mode() throws {
        try world.domain(with: Self.people)
        let path = try world.file(.list, world.folder + "/list")
        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode() == 0o644)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        _ = try world.file(.list, path)
        #expect(try mode() == 0o640)
    }

    private static func many(_ count: Int) -> [Entry] {
        (0..<count).map { Entry(primary: "u\($0)@example.com", kind: .user, aliases: ["alias.\($0)@example.com"]) }
    }

    private static func hex(_ text: String) -> String {
        (Array(text.utf8) + [0]).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
