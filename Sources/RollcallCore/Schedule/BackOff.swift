/// When a source that has failed is tried again, by what it failed with: what only a person can mend waits for one, what
/// may mend itself is asked again, soon at first and hourly at last.
package enum BackOff {
    /// Seconds: the first five failures in a row, and all that follow.
    static let steps: [Int64] = [60, 120, 300, 900, 3600]
    package static let longest: Int64 = 3600
    /// A directory that asks for more than a day is asked all the same.
    package static let longestWait: Int64 = 86_400

    /// Seconds until the next try; `nil`: not before a person has changed something.
    ///
    /// - `wait`: what the directory itself has asked for.
    /// - `seed`: what a spread is taken from, so that a thousand sources of one directory do not come back together.
    package static func delay(
        after class: ProblemClass, failures: Int, wait: Int64? = nil, seed: String = ""
    ) -> Int64? {
        let step = steps[min(max(failures, 1), steps.count) - 1]
        switch `class` {
        case .badSettings, .needConsent: return nil
        case .denied: return longest
        case .failed, .crashed, .hung, .limit: return step
        case .unavailable:
            if let wait, wait > 0 { return min(wait, longestWait) }
            var seed = seed
            let spread = seed.withUTF8 { Digest128(of: UnsafeRawBufferPointer($0)) }.low % 41
            // 80 to 120 in a hundred.
            return step * (80 + Int64(spread)) / 100
        }
    }
}
