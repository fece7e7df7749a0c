import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallCommands

struct ExportTests {
    private func csv(_ entry: Entry) -> String {
        var bytes: [UInt8] = []
        CSVExport.append(entry, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "a cell that a spreadsheet would run is made text",
        arguments: [
            ("=1+1", "\"'=1+1\""), ("+49 30", "\"'+49 30\""), ("@SUM", "\"'@SUM\""), ("-1", "\"'-1\""),
            ("\u{FF1D}1", "\"'\u{FF1D}1\""), ("=\u{301}1", "\"'=\u{301}1\""), ("Ann \"A\" Li", "\"Ann \"\"A\"\" Li\""),
            ("Ann", "\"Ann\""),
        ])
    func formula(name: String, cell: String) {
        #expect(csv(Entry(primary: "a@example.com", kind: .user, name: name)).contains(cell))
    }

    @Test("LDIF puts into base64 what it cannot hold, and escapes names")
    func ldif() {
        var bytes: [UInt8] = []
        LDIFExport.append(
            Entry(primary: "a+b@example.com", kind: .user, name: "J\u{F6}rg", objectID: " x"), "example.com", to: &bytes
        )
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("dn: mail=a\\+b@example.com,dc=example,dc=com\n"))
        #expect(text.contains("cn:: SsO2cmc=\n"))
        #expect(text.contains("entryUUID:: IHg=\n"))
    }

    @Test("lists within lists are flattened, cycles and all")
    func flatten() throws {
        let fixture = Fixture()
        let store = try Store.open(StoreLocation("sqlite:\(fixture.temporaryDirectory())/store.db"))
        let now = Timestamp(seconds: 0)
        try store.write { db in
            let domain = try Domains.add(db, name: "example.com", serverType: "generic", at: now)
            let book = try HandMade(db, domain)
            for (list, members) in [
                ("all", ["team@example.com", "x@elsewhere.org"]), ("team", ["all@example.com", "a@example.com"]),
            ] {
                try book.save(Entry(primary: "\(list)@example.com", kind: .list, members: members))
            }
            let flat = try FlatMembers(db, domain)
            let all = try #require(try book.find("all@example.com"))
            #expect(flat.of(all) == ["a@example.com", "x@elsewhere.org"])
        }
    }
}
