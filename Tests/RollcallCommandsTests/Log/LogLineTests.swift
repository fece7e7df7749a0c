import Foundation
import Logging
import RollcallCore
import Testing

@testable import RollcallCommands

@Suite("log lines")
struct LogLineTests {
    private let time = Timestamp(seconds: 1_800_000_000)

    @Test("text has time, level, message and fields; odd values are quoted and stay on their line")
    func text() {
        let line = LogLine.text(
            .warning, time, "run ended", [("run", "01K"), ("why", "no \"such\" host"), ("name", "a\nb\u{1B}[2J")])
        #expect(
            line
                == "2027-01-15T08:00:00Z warning run ended run=01K why=\"no \\\"such\\\" host\" name=a<U+000A>b<U+001B>[2J"
        )
    }

    @Test("under the journal there is no time")
    func journal() {
        #expect(LogLine.text(.info, nil, "run started", [("run", "01K")]) == "run started run=01K")
    }

    @Test("JSON is one object a line, with the run's id as a field")
    func json() throws {
        let line = LogLine.json(.info, time, "run\nstarted", [("run", "01K"), ("source", "example.com/ldap")])
        #expect(!line.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(
            object == [
                "level": "info", "message": "run\nstarted", "run": "01K", "source": "example.com/ldap",
                "time": "2027-01-15T08:00:00Z",
            ])
    }
}
