/// One exclude pattern, made ready: a list of steps over the scalars of a compare key. `*` stands for any run, also
/// over the `@`; `?` for one scalar; `[seq]` and `[!seq]` for one scalar in or out of a set with ranges; all else for
/// itself.
///
/// The pattern is brought into the form of a key first: ASCII letters lowered, the local part in NFC, the domain part
/// (behind the last `@`) in A-labels. A pattern without `@` is matched against the whole key.
struct ExcludePattern: Sendable {
    enum Step: Equatable, Sendable {
        case literal(UInt32)
        case one
        case run
        /// The ranges of `sets` that are meant, and whether a scalar must be in none of them.
        case set(Range<Int>, negated: Bool)

        var isLiteral: Bool {
            if case .literal = self { true } else { false }
        }
    }

    let steps: [Step]
    let sets: [ClosedRange<UInt32>]
    /// What a key must begin and end with: most keys are told off by that.
    private let start: [UInt8]
    private let end: [UInt8]

    init(steps: [Step], sets: [ClosedRange<UInt32>]) {
        self.steps = steps
        self.sets = sets
        start = ExcludePattern.bytes(of: steps.prefix(while: \.isLiteral))
        end = ExcludePattern.bytes(of: steps[(steps.lastIndex { !$0.isLiteral }.map { $0 + 1 } ?? 0)...])
    }

    /// The key that the pattern names, where it has no wildcards.
    var plain: [UInt8]? { steps.allSatisfy(\.isLiteral) ? start : nil }

    /// The text of literals.
    static func bytes(of steps: some Sequence<Step>) -> [UInt8] {
        var bytes: [UInt8] = []
        for case .literal(let value) in steps {
            guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else { continue }
            bytes.append(contentsOf: encoded)
        }
        return bytes
    }

    /// Whether the whole of `key` fits. A run is widened only for the last `*` passed: at most key × pattern steps.
    func matches(_ key: UnsafeRawBufferPointer) -> Bool {
        guard key.count >= start.count, key.count >= end.count, key.prefix(start.count).elementsEqual(start),
            key.suffix(end.count).elementsEqual(end)
        else { return false }
        return steps.withUnsafeBufferPointer { steps in
            var position = 0
            var step = 0
            var retryStep = -1
            var retryPosition = 0
            while true {
                if step < steps.count, case .run = steps[step] {
                    step += 1
                    if step == steps.count { return true }
                    retryStep = step
                    retryPosition = position
                    continue
                }
                if position == key.count, step == steps.count { return true }
                if position < key.count, step < steps.count {
                    let (scalar, next) = ExcludePattern.scalar(in: key, at: position)
                    if fits(steps[step], scalar) {
                        position = next
                        step += 1
                        continue
                    }
                }
                guard retryStep >= 0, retryPosition < key.count else { return false }
                retryPosition = ExcludePattern.scalar(in: key, at: retryPosition).next
                position = retryPosition
                step = retryStep
            }
        }
    }

    /// Whether `step` can stand for `scalar`.
    @inline(__always)
    func fits(_ step: Step, _ scalar: UInt32) -> Bool {
        switch step {
        case .literal(let wanted): wanted == scalar
        case .one, .run: true
        case .set(let range, let negated): sets[range].contains { $0.contains(scalar) } != negated
        }
    }

    /// A key is valid UTF-8, so the first byte tells the length; a byte that is out of place stands for itself.
    @inline(__always)
    private static func scalar(in key: UnsafeRawBufferPointer, at position: Int) -> (value: UInt32, next: Int) {
        let first = UInt32(key[position])
        if first < 0xC0 { return (first, position + 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard position + length <= key.count else { return (first, position + 1) }
        var value = first & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(key[position + offset] & 0x3F) }
        return (value, position + length)
    }
}
