import ConnectorKit
import ConnectorTesting
import Testing

struct JSONTests {
    static let good: [(String, [String])] = [
        ("[]", []),
        (" \n[ ]\n", []),
        (
            #"[{"email":"ann@x","aliases":["a@x","b@x"]},{"email":"bob@x","aliases":[]}]"#,
            ["user ann@x mail=ann@x alias=a@x alias=b@x type=user", "user bob@x mail=bob@x type=user"]
        ),
        (
            #"[{"id":7,"email":"a@x","aliases":null,"name":"A \"q\" \u00e9\ud83d\ude00\n"}]"#,
            ["user 7 mail=a@x displayName=A \"q\" é😀 type=user"]
        ),
        (
            #"[{"email":"l@x","type":"list","members":["a@x",3]}]"#,
            ["group l@x mail=l@x", "membership l@x < a@x mail=a@x", "membership l@x < 3"]
        ),
        (
            #"[{"EMAIL":"a@x","aliases":"b@x;c@x","more":{"deep":[1.5e3,true,false,{}]}}]"#,
            ["user a@x mail=a@x alias=b@x alias=c@x type=user"]
        ),
        (
            "{\"email\":\"a@x\"}\n\n{\"email\":\"b@x\"}\r\n",
            ["user a@x mail=a@x type=user", "user b@x mail=b@x type=user"]
        ),
        ("\u{FEFF}[{\"email\":\"a@x\"}]", ["user a@x mail=a@x type=user"]),
    ]

    @Test("a JSON list is read", arguments: good)
    func reads(text: String, records: [String]) throws {
        let read = try read(text)
        #expect(read.status == .ok, "\(read.problems)")
        #expect(read.records == records)
    }

    static let bad: [(String, String)] = [
        ("[", "has been cut"),
        ("[{\"email\":\"a@x\"},", "has been cut"),
        ("[{\"email\":\"a@x\"}", "has been cut"),
        ("[{\"email\":\"a@x\"},]", "no entry follows"),
        ("[{\"email\":\"a@x\"}] x", "Something follows"),
        ("[{\"email\":\"a@x\"} {\"email\":\"b@x\"}]", "neither a comma"),
        ("[{\"email\":\"a@x\",}]", "Entry 1 has no string"),
        ("[{\"email\":\"a@x\" \"b\"}]", "Entry 1 is a JSON object that does not end"),
        ("[{\"email\":\"a\n@x\"}]", "control character"),
        ("[{\"email\":5,\"email\":6}]", "twice"),
        ("[{\"email\":true}]", "no text under \"email\""),
        ("[{\"email\":{}}]", "no text under \"email\""),
        ("[{\"email\":\"a\\x\"}]", "unknown escape"),
        ("[\"a@x\"]", "Entry 1 is no JSON object"),
        ("[{\"name\":\"A\"}]", "Entry 1 has no id"),
        ("[{\"email\":nul}]", "is not JSON"),
        ("{\"email\":\"a@x\"} {\"email\":\"b@x\"}\n", "Line 1 has something behind its object"),
        ("{\n\"email\":\"a@x\"}\n", "Line 1 has no string"),
        ("[" + String(repeating: "[", count: 70), "deeper than 64"),
        ("[{\"email\":\"a@x\",\"name\":\"A\"},{\"email\":\"A@x\"}]", "Entry 2 has the id"),
    ]

    @Test("a JSON list that is not right is never complete", arguments: bad)
    func refuses(text: String, says: String) throws {
        let read = try read(text)
        #expect(read.status == .failed)
        #expect(read.problems.first?.text.contains(says) == true, "\(read.problems)")
    }

    @Test("JSON that is no list says so")
    func noList() throws {
        let read = try read("{\"users\":[]}", ["format": "json"])
        #expect(read.problems.first?.text.contains("array of objects") == true)
    }

    @Test("a bad line of JSON Lines may be tolerated")
    func tolerated() throws {
        let read = try read("{\"email\":\"a@x\"}\n{\"email\"}\n{\"email\":\"b@x\"}\n", ["bad_rows": "1"])
        #expect(read.status == .ok)
        #expect(read.rows == 2)
    }
}
