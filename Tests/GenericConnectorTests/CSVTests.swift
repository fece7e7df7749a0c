import ConnectorKit
import ConnectorTesting
import Testing

struct CSVTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var records: [String]
        var settings: [String: String] = [:]
        var testDescription: String { name }
    }

    static let header = "id,email,aliases,name,type,members\n"
    static let ann = "user 1 mail=ann@a.example displayName=Ann type=user"

    static let cases = [
        Case(name: "a plain list", text: header + "1,ann@a.example,,Ann,,\n", records: [ann]),
        Case(name: "the last line end may be missing", text: header + "1,ann@a.example,,Ann,user,", records: [ann]),
        Case(name: "CR+LF", text: "id,email,aliases,name,type,members\r\n1,ann@a.example,,Ann,,\r\n", records: [ann]),
        Case(name: "bare CR", text: "id,email,name\r1,ann@a.example,Ann\r", records: [ann]),
        Case(name: "a byte order mark", text: "\u{FEFF}" + header + "1,ann@a.example,,Ann,,\n", records: [ann]),
        Case(name: "semicolons", text: "id;email;name\n1;ann@a.example;Ann\n", records: [ann]),
        Case(name: "tabs", text: "id\temail\tname\n1\tann@a.example\tAnn\n", records: [ann]),
        Case(name: "bars", text: "id|email|name\n1|ann@a.example|Ann\n", records: [ann]),
        Case(name: "a spreadsheet's declaration", text: "sep=;\nid;email;name\n1;ann@a.example;Ann\n", records: [ann]),
        Case(
            name: "columns in any order and spelling", text: "Name, E-Mail ,EMAIL,ID\nAnn,x,ann@a.example,1\n",
            records: [ann]),
        Case(name: "empty lines", text: "\n" + header + "\n1,ann@a.example,,Ann,,\n\n,,,,,\n  \n", records: [ann]),
        Case(name: "blanks around values", text: header + " 1 , ann@a.example ,, Ann ,,\n", records: [ann]),
        Case(
            name: "quotes, doubled quotes, separators and line ends in cells",
            text: header + "1,ann@a.example,,\"Ann \"\"the, one\"\"\r\nof us\",,\n2,\"bob@a.example\",,\"\",,\"\"\n",
            records: [
                "user 1 mail=ann@a.example displayName=Ann \"the, one\"\r\nof us type=user",
                "user 2 mail=bob@a.example type=user",
            ]),
        Case(
            name: "quoted cells with CR+LF", text: "\"id\",\"email\"\r\n\"1\",\"ann@a.example\"\r\n",
            records: ["user 1 mail=ann@a.example type=user"]),
        Case(
            name: "aliases", text: header + "1,ann@a.example,a@a.example; b@a.example;;,Ann,,\n",
            records: ["user 1 mail=ann@a.example alias=a@a.example alias=b@a.example displayName=Ann type=user"]),
        Case(
            name: "another separator inside a cell", text: header + "1,ann@a.example,a@x::b@x,Ann,,\n",
            records: ["user 1 mail=ann@a.example alias=a@x alias=b@x displayName=Ann type=user"],
            settings: ["separator": "::"]),
        Case(
            name: "only addresses", text: "email\nAnn@A.example\n",
            records: ["user ann@a.example mail=Ann@A.example type=user"]),
        Case(
            name: "types",
            text: "email,type\na@x,shared\nb@x,Room\nc@x,equipment\nd@x,contact\n",
            records: [
                "user a@x mail=a@x type=shared", "resource b@x mail=b@x type=room",
                "resource c@x mail=c@x type=equipment", "contact d@x mail=d@x",
            ]),
        Case(
            name: "a list with members by id and by address",
            text: header + "9,all@x,,All,list,1;z@y\n1,ann@a.example,,Ann,,\n",
            records: [
                "group 9 mail=all@x displayName=All", "membership 9 < 1", "membership 9 < z@y mail=z@y", ann,
            ]),
        Case(
            name: "a list without an id column", text: "email,type,members\nAll@x,list,b@x;c@x\n",
            records: ["group all@x mail=All@x", "membership all@x < b@x mail=b@x", "membership all@x < c@x mail=c@x"]),
        Case(name: "identical rows", text: header + "1,ann@a.example,,Ann,,\n1,ann@a.example,,Ann,,\n", records: [ann]),
        Case(name: "a header and nothing else", text: header, records: []),
        Case(name: "a whole header without its line end", text: String(header.dropLast()), records: []),
        Case(
            name: "names of one's own", text: "Nr,Adresse,Wer\n1,ann@a.example,Ann\n", records: [ann],
            settings: ["id_column": "Nr", "email_column": "Adresse", "name_column": "Wer"]),
        Case(
            name: "a bad row that is tolerated", text: header + "1,ann@a.example,,Ann,,\n2,b@x\n", records: [ann],
            settings: ["bad_rows": "1"]),
        Case(name: "an id with an empty address", text: "id,email\n1,\n", records: ["user 1 type=user"]),
    ]

    @Test("a CSV list is read", arguments: cases)
    func reads(_ example: Case) throws {
        let read = try read(example.text, example.settings)
        #expect(read.status == .ok, "\(read.problems)")
        #expect(read.records == example.records)
        #expect(read.host.states.count == 1)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var says: String
        var status = Status.failed
        var field = ""
        var settings: [String: String] = [:]
        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(name: "nothing at all", text: "", says: "is empty"),
        Refusal(name: "only line ends", text: "\n\n", says: "is empty"),
        Refusal(
            name: "an open quote", text: header + "1,ann@a.example,,\"Ann,,\n2,b@x,,,,\n",
            says: "begins on line 2 is never closed"),
        Refusal(
            name: "too few columns", text: header + "1,ann@a.example,,Ann,,\n2,b@x\n3,c@x,,,,\n",
            says: "Line 3 has 2 columns, the header has 6"),
        Refusal(name: "too many columns", text: header + "1,ann@a.example,,Ann,,,\n", says: "Line 2 has 7 columns"),
        Refusal(
            name: "a last row that is cut", text: header + "1,ann@a.example,,Ann,,\n2,b@x,", says: "ends within line 3",
            settings: ["bad_rows": "5"]),
        Refusal(name: "a header that is cut", text: "id,email,al", says: "ends within its header"),
        Refusal(
            name: "text behind a quote", text: header + "1,\"ann\"@a.example,,Ann,,\n",
            says: "Line 2 has text behind a closing quote"),
        Refusal(
            name: "one id, two contents", text: header + "1,a@x,,,,\n1,b@x,,,,\n",
            says: "Line 3 has the id \"1\" of an earlier row"),
        Refusal(name: "one address in two rows", text: "email,name\na@x,A\nA@x,B\n", says: "Line 3 has the id \"a@x\""),
        Refusal(name: "no id and no address", text: "email,name\n,Ann\n", says: "Line 2 has no id"),
        Refusal(
            name: "an empty id is taken for the address", text: "id,email,type\n,,list\n", says: "Line 2 has no id"),
        Refusal(name: "an unknown type", text: "email,type\na@x,robot\n", says: "unknown type \"robot\""),
        Refusal(
            name: "more bad rows than tolerated", text: "email,type\na@x,robot\nb@x,robot\n",
            says: "That makes 2 bad rows", settings: ["bad_rows": "1"]),
        Refusal(
            name: "an id of more than 1 KiB", text: "id,email\n\(String(repeating: "x", count: 1025)),a@x\n",
            says: "too long"),
        Refusal(
            name: "no email column", text: "id,mail,name\n1,a@x,\n", says: "its columns are id, mail, name",
            status: .badSettings, field: "email_column"),
        Refusal(
            name: "a column that was asked for", text: "id,email\n1,a@x\n", says: "no column \"Nr\"",
            status: .badSettings, field: "id_column", settings: ["id_column": "Nr"]),
        Refusal(
            name: "two email columns", text: "email,Email\na@x,b@x\n", says: "2 columns", status: .badSettings,
            field: "email_column"),
    ]

    @Test("a CSV list that is not right is never complete", arguments: refusals)
    func refuses(_ example: Refusal) throws {
        let read = try read(example.text, example.settings)
        #expect(read.status == example.status)
        #expect(read.problems.first?.text.contains(example.says) == true, "\(read.problems)")
        #expect(read.problems.first?.field == example.field)
        #expect(read.host.states.isEmpty)
    }

    @Test("UTF-16 is named as what it is", arguments: [[0xFF, 0xFE], [0xFE, 0xFF], [0x69, 0x00]] as [[UInt8]])
    func utf16(start: [UInt8]) throws {
        let read = try read(start + Array("i\0d\0,\0".utf8))
        #expect(read.status == .failed)
        #expect(read.problems.first?.text.contains("UTF-16") == true)
    }

    @Test("bad UTF-8 is left to the host")
    func badUTF8() throws {
        let read = try read(Array("email,name\na@x,".utf8) + [0xE9, 0x0A])
        #expect(read.status == .ok)
        #expect(read.rows == 1)
    }

    @Test("tolerated rows are named in a warning")
    func warning() throws {
        let read = try read("email,type\na@x,robot\nb@x,\n", ["bad_rows": "3"])
        #expect(read.status == .ok)
        #expect(read.problems.map(\.text) == ["1 bad row was left out: Line 2 has the unknown type \"robot\"."])
    }
}
