/// When a source is due: one to four evenly spaced moments of each local day. Pure: the time zone comes as a function,
/// so that five years of 48 zones can be checked in a test.
///
/// A local time that a clock change skips is the moment of the change; one that comes twice is its first coming. So each
/// local day has exactly its slots.
package struct Slots: Sendable {
    /// Seconds east of UTC at a moment.
    package typealias Offset = @Sendable (_ at: Int64) -> Int64

    /// A slot: the local day, counted from 1970-01-01, its number within the day, and its moment.
    package struct Slot: Equatable, Sendable {
        package var day: Int64
        package var number: Int
        package var at: Int64

        /// The same for the same slot whatever the clock did: `20781/2`.
        package var key: String { "\(day)/\(number)" }
    }

    package let timesPerDay: Int
    /// Seconds after local midnight of the day's first slot; less than the distance of two slots.
    package let first: Int64
    private let offset: Offset

    /// - `startHour`: without one the day's first slot is spread by a hash of `name`, so that a thousand domains do not
    ///   start together.
    package init(timesPerDay: Int, startHour: Int?, name: String, offset: @escaping Offset) {
        self.timesPerDay = max(1, min(4, timesPerDay))
        self.offset = offset
        let distance = 86_400 / Int64(self.timesPerDay)
        if let startHour {
            first = Int64(startHour) * 3600 % distance
        } else {
            var name = name
            let digest = name.withUTF8 { Digest128(of: UnsafeRawBufferPointer($0)) }
            first = Int64(digest.low % UInt64(distance / 60)) * 60
        }
    }

    /// The latest slot that is not after `now`.
    package func last(atOrBefore now: Int64) -> Slot {
        let today = floorDay(now + offset(now))
        for day in stride(from: today + 1, through: today - 3, by: -1) {
            if let slot = slots(ofDay: day).last(where: { $0.at <= now }) { return slot }
        }
        return slots(ofDay: today - 1)[0]
    }

    /// The first slot after `now`.
    package func next(after now: Int64) -> Slot {
        let today = floorDay(now + offset(now))
        for day in (today - 1)...(today + 3) {
            if let slot = slots(ofDay: day).first(where: { $0.at > now }) { return slot }
        }
        return slots(ofDay: today + 1)[0]
    }

    /// A day's slots in their order.
    package func slots(ofDay day: Int64) -> [Slot] {
        (0..<timesPerDay).map { number in
            let local = day * 86_400 + first + Int64(number) * (86_400 / Int64(timesPerDay))
            return Slot(day: day, number: number, at: moment(local: local))
        }
    }

    private func moment(local: Int64) -> Int64 {
        let before = offset(local - 86_400)
        let after = offset(local + 86_400)
        let candidates = [local - before, local - after].filter { offset($0) + $0 == local }
        if let first = candidates.min() { return first }
        // Skipped: the moment at which the clock was changed.
        var (low, high) = (local - max(before, after) - 1, local - min(before, after) + 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == before { low = middle } else { high = middle }
        }
        return high
    }

    private func floorDay(_ seconds: Int64) -> Int64 { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }
}
