/// Takes secrets out of bytes, in whatever dress they come (`SecretForms`), also where an encoder has folded the line in
/// their midst. What comes in pieces is held back where it may be the beginning of a secret.
package struct Redactor: Sendable {
    private static let mark = Array("[secret]".utf8)
    private static let head = 4

    /// By the first four bytes, the longest first.
    private var needles: [UInt32: [[UInt8]]] = [:]
    /// The beginnings of up to three bytes.
    private var beginnings = Set<[UInt8]>()

    package init() {}

    package init(secrets: [String]) {
        for secret in secrets { add(Array(secret.utf8)) }
    }

    package mutating func add(_ secret: [UInt8]) {
        for form in SecretForms.all(of: secret) {
            let key = form[..<Self.head].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            var bucket = needles[key] ?? []
            guard !bucket.contains(form) else { continue }
            bucket.append(form)
            bucket.sort { $0.count > $1.count }
            needles[key] = bucket
            for length in 1..<Self.head { beginnings.insert(Array(form[..<length])) }
        }
    }

    package func redact(_ text: String) -> String {
        needles.isEmpty ? text : String(decoding: redact(Array(text.utf8)), as: UTF8.self)
    }

    package func redact(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes
        return redact(taking: &rest, isLast: true)
    }

    package func redact(_ problem: Problem) -> Problem {
        Problem(
            problem.class, field: problem.field, text: redact(problem.text), detail: problem.detail.map { redact($0) })
    }

    /// Takes from `bytes` what can be told by now. With `isLast` that is all of it.
    package func redact(taking bytes: inout [UInt8], isLast: Bool) -> [UInt8] {
        if needles.isEmpty {
            defer { bytes.removeAll(keepingCapacity: true) }
            return bytes
        }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        let index = bytes.withUnsafeBufferPointer { scan($0, isLast, &out) }
        bytes.removeFirst(index)
        return out
    }

    private enum Match {
        case none
        /// All there is matches, and there may be more of it to come.
        case partial
        case whole(Int)

        var isNone: Bool { if case .none = self { true } else { false } }
    }

    private func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ isLast: Bool, _ out: inout [UInt8]) -> Int {
        var index = 0
        while index < bytes.count {
            switch find(bytes, at: index, isLast) {
            case .none:
                out.append(bytes[index])
                index += 1
            case .partial: return index
            case .whole(let length):
                out += Self.mark
                index += length
            }
        }
        return index
    }

    private func find(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ isLast: Bool) -> Match {
        var key: UInt32 = 0
        var (position, count) = (index, 0)
        while count < Self.head {
            position = count == 0 ? position : Self.skipFold(bytes, position)
            guard position < bytes.count else {
                let seen = (0..<count).map { UInt8(truncatingIfNeeded: key >> UInt32(8 * (count - 1 - $0))) }
                return !isLast && beginnings.contains(seen) ? .partial : .none
            }
            key = key << 8 | UInt32(bytes[position])
            position += 1
            count += 1
        }
        guard let bucket = needles[key] else { return .none }
        for needle in bucket {
            switch Self.match(needle[...], bytes, from: index, index) {
            case .none: continue
            case .partial: if !isLast { return .partial }
            case .whole(let length): return .whole(length)
            }
        }
        return .none
    }

    private static func match(
        _ needle: ArraySlice<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, from index: Int, _ start: Int, depth: Int = 0
    ) -> Match {
        var position = start
        for offset in needle.indices {
            if position > index {
                let behind = skipFold(bytes, position)
                if behind > position {
                    // The line end, or the `=` before it, may as well be the secret's own.
                    if depth < 64, position < bytes.count, bytes[position] == needle[offset],
                        case let own = match(
                            needle[(offset + 1)...], bytes, from: index, position + 1, depth: depth + 1),
                        !own.isNone
                    {
                        return own
                    }
                    position = behind
                }
            }
            guard position < bytes.count else { return .partial }
            guard bytes[position] == needle[offset] else { return .none }
            position += 1
        }
        return .whole(position - index)
    }

    /// Behind a line end that base64 or quoted-printable has put in, if there is one here.
    private static func skipFold(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var position = start
        if position < bytes.count, bytes[position] == UInt8(ascii: "=") { position += 1 }
        if position < bytes.count, bytes[position] == 0x0D { position += 1 }
        guard position < bytes.count else { return position == start ? start : position }
        return bytes[position] == 0x0A ? position + 1 : start
    }
}
