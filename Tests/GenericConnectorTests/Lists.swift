/// Reads a list given as text and says what came of it.

internal import ConnectorKit
internal import ConnectorTesting
internal import GenericDirectory
internal import TestSupport

struct Read {
    let status: Status
    let records: [String]
    let problems: [TestHost.Problem]
    let host: TestHost

    var rows: Int { records.count { !$0.hasPrefix("membership") } }
}

func read(_ content: some Sequence<UInt8>, _ settings: [String: String] = [:]) throws -> Read {
    try Fixture.run { fixture in
        let path = try fixture.file(try fixture.temporaryDirectory() + "/list", bytes: content)
        let opened = try Opened(Generic.self, settings.merging(["location": path]) { $1 })
        let status = opened.full()
        return Read(status: status, records: opened.host.text, problems: opened.host.problems, host: opened.host)
    }
}

func read(_ content: String, _ settings: [String: String] = [:]) throws -> Read {
    try read(content.utf8, settings)
}
