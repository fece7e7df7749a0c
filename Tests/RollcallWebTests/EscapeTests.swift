import RollcallCore
import RollcallWeb
import Testing

/// Text from a directory is hostile, also where a combining mark makes a quote another Character.
@Suite("Hostile text")
struct EscapeTests {
    static let marks = ["", "\u{301}", "\u{20DD}", "\u{FE0F}", "\u{200D}", "\r"]
    static let payloads = [
        "<script>attack()</script>", "\" onfocus=attack() x=\"", "' onfocus=attack() x='",
        "</title><svg onload=attack()>",
        "&lt;script&gt;", "`${attack()}`", "\u{202E}gnp.exe",
    ]

    /// The payload with each mark behind each of its signs.
    static let all: [String] = payloads.flatMap { payload in
        marks.map { mark in
            var text = String.UnicodeScalarView()
            for scalar in payload.unicodeScalars {
                text.append(scalar)
                if "<>\"'&`".unicodeScalars.contains(scalar) { text.append(contentsOf: mark.unicodeScalars) }
            }
            return String(text)
        }
    }

    @Test("no byte of a value ends an attribute or begins a tag", arguments: all)
    func bytes(payload: String) {
        for html in ["\(payload)" as HTML, "\(field: payload)" as HTML] {
            let text = html.bytes
            for sign in "<>\"'`".utf8 { #expect(!text.contains(sign)) }
            #expect(!text.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) })
        }
    }

    @Test("a form gives back what it was given")
    func round() {
        let html: HTML = "<input value=\"\(field: "a\u{202E}b<c")\">"
        #expect(String(decoding: html.bytes, as: UTF8.self) == "<input value=\"a\u{202E}b&lt;c\">")
    }

    @Test("what is in a directory stays text on every page that shows it")
    func pages() throws {
        let world = try WebFixture()
        let lines = Self.payloads.enumerated().flatMap { index, payload in
            let text = payload.replacing("|", with: "")
            return [
                "put|user|u\(index)\(text)|mail=u\(index)@example.com|displayName=\(text)|where=\(text)|alias=\(text)@example.com",
                "put|group|g\(index)|mail=g\(index)@example.com|displayName=\(text)", "edge|g\(index)|u\(index)\(text)",
            ]
        }
        try world.domain(people: lines)
        let run = try world.api("POST", "/domains/example.com/sources/script/sync?wait=30").object
        #expect(run["outcome"] as? String == "applied", "\(run)")
        let id = run["id"] as? String ?? ""
        for path in [
            "/", "/runs/\(id)", "/domains/example.com/accounts", "/domains/example.com/lists",
            "/domains/example.com/history",
            "/domains/example.com/sync/script", "/explain?address=u1@example.com",
            "/explain?address=%22%3E%3Cscript%3E",
            "/domains/example.com/accounts?q=%22%3E%3Cscript%3E", "/runs?outcome=%3Cscript%3E", "/%22%3E%3Cscript%3E",
        ] {
            let text = try world.page("GET", path, as: "owner").text
            for sign in ["<script>attack", "onfocus=attack() x=\"", "<svg onload", "<script>\"", "\u{202E}"] {
                #expect(!text.contains(sign), "\(path) has \(sign)")
            }
        }
        let tested = try world.page("POST", "/domains/example.com/sync/script/test", as: "owner").text
        #expect(tested.contains("The connection works") && !tested.contains("<script>attack"))
        let csv = try world.page("GET", "/runs/\(id)/operations.csv", as: "owner")
        #expect(csv.status == 200 && csv.header("content-disposition")?.contains("attachment") == true)
    }
}
