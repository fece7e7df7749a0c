import ConnectorKit
import ConnectorTesting
import TestSupport
import Testing

/// A list that was cut anywhere is never complete with fewer rows than it had, unless the cut is where a row ends and
/// nothing can tell.
struct TruncationTests {
    static let csv = """
        id,email,aliases,name,type,members\r
        1,ann@a.example,a@a.example;b@a.example,"Ann ""A"" One",user,\r
        2,bob@a.example,,"Bob
        Two",shared,\r
        9,all@a.example,,All,list,1;2;z@z.example\r

        """
    static let json = """
        [ {"id": "1", "email": "ann@a.example", "aliases": ["a@a.example", "b\\u0040a.example"]},
          {"email": "bob@a.example", "other": [{"x": [1, null, true]}]} ]

        """
    static let jsonl = """
        {"id": "1", "email": "ann@a.example", "aliases": ["a@a.example"]}
        {"email": "bob@a.example", "name": "B"}

        """
    static let ldif = """
        version: 1

        dn: CN=Ann,DC=a,DC=example
        objectClass: user
        objectGUID:: AQIDBAUGBwgJCgsMDQ4PEA==
        mail: ann@a.example
        proxyAddresses: SMTP:ann@a.exa
         mple

        dn: CN=All,DC=a,DC=example
        objectClass: group
        mail: all@a.example
        member: CN=Ann,DC=a,DC=example

        dn: CN=Bob,DC=a,DC=example
        objectClass: person
        mail: bob@a.example

        """

    @Test(
        "a list cut at any byte is not taken for a smaller one",
        arguments: [("csv", csv), ("json", json), ("jsonl", jsonl), ("ldif", ldif)])
    func cut(format: String, text: String) throws {
        let bytes = Array(text.utf8)
        let whole = try read(bytes)
        #expect(whole.status == .ok, "\(whole.problems)")
        for end in 0..<bytes.count {
            let read = try read(bytes[..<end], ["format": format, "bad_rows": "9"])
            guard read.status == .ok, read.rows < whole.rows else { continue }
            let border = bytes[end - 1] == 0x0A || bytes[end] == 0x0A || bytes[end] == 0x0D
            #expect(border && format != "json", "\(format) cut at byte \(end) was complete with \(read.rows) rows")
            if format == "csv" || format == "jsonl" {
                let rest = String(decoding: bytes[end...], as: UTF8.self)
                let starts = ["", "\n", "\r\n", "2,", "9,", "1,", "{"]
                #expect(
                    starts.contains { $0.isEmpty ? rest.isEmpty : rest.hasPrefix($0) }, "\(format) at \(end): \(rest)")
            }
        }
    }

    @Test("rows are the same wherever the buffer ends", arguments: [1, 2, 3])
    func borders(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var text = "id,email,aliases,name,type,members\n"
        var expected: [String] = []
        // More than the 1 MiB buffer, with rows of all lengths.
        for row in 0..<6000 {
            let name = String(repeating: "x\"\"\n,", count: Int.random(in: 1...90, using: &random))
            text += "\(row),u\(row)@x,,\"\(name)\",,\n"
            let plain = String(repeating: "x\"\n,", count: name.utf8.count / 5)
            expected.append("user \(row) mail=u\(row)@x displayName=\(plain) type=user")
        }
        let read = try read(text)
        #expect(read.status == .ok, "\(read.problems)")
        #expect(read.records == expected)
    }

    @Test(
        "damage of any kind is survived", arguments: [("csv", csv), ("json", json), ("jsonl", jsonl), ("ldif", ldif)])
    func damage(format: String, text: String) throws {
        var random = SeededGenerator(seed: 7)
        let bytes = Array(text.utf8)
        let spice = Array("\",;\n\r\t|:\\[]{}= \u{0}@\u{FF}<-#".utf8)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: damaged[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: damaged[place] = spice[Int.random(in: 0..<spice.count, using: &random)]
                case 2: damaged.remove(at: place)
                default: damaged.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
                }
            }
            // Whatever comes of it, it is said, and a state goes with a complete read only.
            let read = try read(damaged, ["format": format, "bad_rows": "3"])
            #expect(read.status == .ok || !read.problems.isEmpty)
            #expect(read.host.states.isEmpty == (read.status != .ok))
        }
    }
}
