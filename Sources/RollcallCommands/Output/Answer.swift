internal import FoundationEssentials

/// What a verb answers: one JSON document or lines for people, from the same values, and the exit code. A verb returns
/// it and prints nothing itself, so that the two forms cannot drift apart and `--json` is always exactly one document.
struct Answer {
    let document: any Encodable
    let lines: () -> [String]
    /// Said on standard error after the answer, for people only.
    var hint: String?
    var exitCode: Int32 = 0
    /// For answers too large to build first: writes them by itself instead.
    var stream: ((Console) throws -> Void)?

    init(
        _ document: any Encodable, lines: @autoclosure @escaping () -> [String], hint: String? = nil,
        exitCode: Int32 = 0
    ) {
        self.document = document
        self.lines = lines
        self.hint = hint
        self.exitCode = exitCode
    }

    init(_ document: any Encodable, _ sentence: String, hint: String? = nil) {
        self.init(document, lines: [shown(sentence)])
        self.hint = hint
    }

    init(stream: @escaping (Console) throws -> Void) {
        self.init([String](), lines: [])
        self.stream = stream
    }
}

/// JSON as Rollcall writes it: sorted keys, so that two answers can be compared as text; indented for the eye of a
/// person at a terminal, one line for a program.
enum JSONText {
    static func encode(_ document: any Encodable, pretty: Bool) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(document)) + [0x0A]
    }
}
