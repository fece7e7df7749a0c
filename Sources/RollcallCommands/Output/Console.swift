internal import FoundationEssentials
internal import Glibc
internal import RollcallCore

/// The three ends of a command: the answer on standard output, everything else on standard error, secrets and lists on
/// standard input. Bare descriptors, because a reader that goes away (`| head`) must not be an error, and a full disk
/// behind standard output must be one.
struct Console: Sendable {
    init() {}

    /// Writes all of it. A closed pipe is silence, as the reader wanted no more.
    func answer(_ bytes: some Collection<UInt8>) throws(Failure) {
        let code = Self.write(Array(bytes), to: STDOUT_FILENO)
        guard code == 0 || code == EPIPE else {
            throw Failure(
                .failed, "The answer cannot be written to standard output: \(Self.reason(code)).",
                hint: "What the command did is done; only its answer is lost.", exitCode: 74)
        }
    }

    func answer(line: String) throws(Failure) { try answer(Array((line + "\n").utf8)) }

    /// For people: hints, questions, progress, logs; without any secret. Nobody can be told when this fails.
    func note(_ text: String) { raw(text + "\n") }

    func raw(_ text: String) { _ = Self.write(SecretRegistry.shared.redact(Array(text.utf8)), to: STDERR_FILENO) }

    var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    var answerIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    var notesAreTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Standard input up to its end, or up to `limit` bytes and one more, by which the caller knows that it was longer.
    func input(limit: Int) throws(Failure) -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while all.count <= limit {
            let count = read(STDIN_FILENO, &buffer, min(buffer.count, limit + 1 - all.count))
            if count == 0 { break }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw Failure(.failed, "Standard input cannot be read: \(Self.reason(code)).")
            }
            all.append(contentsOf: buffer[..<count])
        }
        return all
    }

    static func reason(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { raw -> Int in
                guard let base = raw.baseAddress else { return 0 }
                return Glibc.write(descriptor, base + offset, bytes.count - offset)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            offset += count
        }
        return 0
    }
}
