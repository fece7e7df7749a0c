/// Randomness that comes again: SplitMix64. A property that fails names its seed, and the seed gives the same run on
/// every machine. Works with the standard library (`Int.random(in:using:)`, `shuffled(using:)`) and has the few
/// shorthands that generated tests want.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`; 0 where `bound` is not above 0.
    package mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    /// True once in `times` on average.
    package mutating func once(in times: Int) -> Bool {
        below(times) == 0
    }

    /// One of `choices`, which must not be empty.
    package mutating func pick<C: RandomAccessCollection>(_ choices: C) -> C.Element {
        choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
    }

    /// `count` random bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A word of `count` scalars out of `alphabet`.
    package mutating func word(_ count: Int, of alphabet: String = "abcdefghijklmnopqrstuvwxyz") -> String {
        let scalars = Array(alphabet.unicodeScalars)
        var word = String.UnicodeScalarView()
        for _ in 0..<count { word.append(pick(scalars)) }
        return String(word)
    }
}
