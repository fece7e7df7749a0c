import Foundation
import RollcallCore
import RollcallStore
import RollcallSync
import Testing

@testable import RollcallGateway

@Suite("Books as documents")
struct DocumentTests {
    let world: BookFixture

    init() throws { world = try BookFixture() }

    @Test(
        "a cell that a spreadsheet would run is made text",
        arguments: [
            ("=1+1", "\"'=1+1\""), ("+49 30", "\"'+49 30\""), ("@SUM", "\"'@SUM\""), ("-1", "\"'-1\""),
            ("\u{FF1D}1", "\"'\u{FF1D}1\""), ("=\u{301}1", "\"'=\u{301}1\""), ("Ann \"A\" Li", "\"Ann \"\"A\"\" Li\""),
            ("Ann", "\"Ann\""),
        ])
    func formula(name: String, cell: String) throws {
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user, name: name)])
        #expect(try world.text(.csv).contains(cell))
    }

    @Test("the edition of a CSV stands beside it, since CSV has no comments")
    func companion() throws {
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let path = try world.file(.csv, world.folder + "/book.csv")
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("id,email,"))
        #expect(
            try String(contentsOfFile: path + ".edition", encoding: .utf8)
                == "# rollcall example.com edition 1 of 2027-01-15T08:00:00Z\n")
    }

    @Test("LDIF puts into base64 what it cannot hold, and escapes names")
    func ldif() throws {
        try world.domain(with: [Entry(primary: "a+b@example.com", kind: .user, name: "J\u{F6}rg", objectID: " x")])
        let text = try world.text(.ldif)
        #expect(text.hasPrefix("version: 1\n\n# rollcall example.com edition 1 of 2027-01-15T08:00:00Z\n\ndn: "))
        #expect(text.contains("dn: mail=a\\+b@example.com,dc=example,dc=com\n"))
        #expect(text.contains("cn:: SsO2cmc=\n"))
        #expect(text.contains("entryUUID:: IHg=\n"))
    }

    @Test("JSON says of an entry what every other command says of it")
    func json() throws {
        let entries = [
            Entry(
                primary: "Ann@example.com", kind: .user, name: "Ann \"\\\u{1}\" L\u{12B}", aliases: ["a@example.com"],
                objectID: "o/1", grace: [.init(address: "b@example.com", until: 1_900_000_000)]),
            Entry(primary: "gone@example.com", kind: .room, until: 1_900_000_000),
            Entry(primary: "team@example.com", kind: .list, members: ["ann@example.com", "x@elsewhere.org"]),
        ]
        try world.domain(with: entries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for entry in entries {
            var bytes: [UInt8] = []
            JSONExport.append(entry, owner: "manual", to: &bytes)
            #expect(try Data(bytes) == encoder.encode(EntryDocument(entry, owner: "manual")))
        }
        let one = try #require(try object(world.text(.json)))
        #expect(one["edition"] as? Int == 1 && one["exportedAt"] as? String == "2027-01-15T08:00:00Z")
        #expect((one["accounts"] as? [Any])?.count == 2 && (one["lists"] as? [Any])?.count == 1)
        try world.domain("example.org")
        let all = try #require(try object(world.text(.json, only: nil)))
        #expect(
            (all["domains"] as? [[String: Any]])?.compactMap { $0["domain"] as? String } == [
                "example.com", "example.org",
            ])
    }

    private func object(_ text: String) throws -> [String: Any]? {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }

    @Test("lists within lists are flattened, cycles and all")
    func flatten() throws {
        try world.domain(with: [
            Entry(primary: "all@example.com", kind: .list, members: ["team@example.com", "x@elsewhere.org"]),
            Entry(primary: "team@example.com", kind: .list, members: ["all@example.com", "a@example.com"]),
        ])
        let text = try world.text(.csv) { $0.flatten = true }
        #expect(text.contains("\"all@example.com\",\"\",\"\",\"list\",\"a@example.com;x@elsewhere.org\""))
    }
}
