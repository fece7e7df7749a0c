internal import Foundation
internal import RollcallCore
internal import RollcallStore

/// A source's schedule as its host settings say.
struct SourceSchedule {
    let isOn: Bool
    let slots: Slots

    init(_ domain: Domain, _ source: Source) {
        let set = source.hostSettings
        isOn = set["auto.enabled"] == "on" && source.enabled
        let zone = TimeZone(identifier: set["auto.time_zone"] ?? "UTC") ?? .gmt
        slots = Slots(
            timesPerDay: Int(set["auto.times_per_day"] ?? "1") ?? 1,
            startHour: set["auto.start_hour"].flatMap { Int($0) },
            name: "\(domain.name)/\(source.type)",
            offset: { Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0)))) })
    }

    /// Whether the latest slot has not had its run yet. A slot that was missed is caught up once.
    func isDue(lastStart: Timestamp?, now: Timestamp) -> Bool {
        guard isOn, let lastStart else { return false }
        return lastStart.seconds < slots.last(atOrBefore: now.seconds).at
    }

    func next(after now: Timestamp) -> Timestamp? {
        isOn ? Timestamp(seconds: slots.next(after: now.seconds).at) : nil
    }
}
