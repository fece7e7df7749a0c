internal import Glibc
internal import RollcallCore

/// Reads a secret: from a terminal without echo, else from standard input up to the first newline or its end. Never
/// from an argument, as every user of the machine can read those.
enum SecretInput {
    static let limit = 1 << 20

    /// - Parameter wholeInput: a certificate or key has more than one line.
    static func read(_ what: String, wholeInput: Bool = false, _ console: Console) throws(Failure) -> String {
        let bytes = console.inputIsTerminal ? try withoutEcho(what, console) : try console.input(limit: limit)
        guard bytes.count <= limit else {
            throw Failure(.usage, "The value for \(what) is longer than 1 MiB.")
        }
        var value = bytes[...]
        if !wholeInput, let end = value.firstIndex(of: 0x0A) { value = value[..<end] }
        while let last = value.last, last == 0x0A || last == 0x0D { value.removeLast() }
        guard let text = String(validating: value, as: UTF8.self), !text.utf8.contains(0) else {
            throw Failure(.usage, "The value for \(what) is not UTF-8 text.")
        }
        guard !text.isEmpty else {
            throw Failure(
                .usage, "Nothing was given for \(what), so nothing is stored.",
                hint: "Pipe the value in, or type it at the terminal.")
        }
        SecretRegistry.shared.add(text)
        return text
    }

    private static func withoutEcho(_ what: String, _ console: Console) throws(Failure) -> [UInt8] {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw Failure(.failed, "The terminal's echo cannot be switched off, so no secret is read from it.")
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        console.raw("\(shown(what)): ")
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw Failure(.failed, "The terminal's echo cannot be switched off, so no secret is read from it.")
        }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            console.raw("\n")
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= limit, Glibc.read(STDIN_FILENO, &byte, 1) == 1, byte != 0x0A { line.append(byte) }
        return line
    }
}
