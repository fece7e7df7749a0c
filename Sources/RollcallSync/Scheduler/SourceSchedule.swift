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

    /// What is due now, if anything is: the latest slot, where it has not had its run, however many were missed before
    /// it; or the next try of a source that has failed.
    func due(_ db: any Database, _ source: Source, _ failing: FailingSource?, now: Timestamp) throws -> DueRun? {
        // The first sync is a person's.
        guard isOn, source.firstSyncedRun != nil, !waits(failing, now) else { return nil }
        let slot = slots.last(atOrBefore: now.seconds)
        if try !SlotClaims.isClaimed(db, source: source.id, slot) {
            let last = try Runs.lastStart(db, source: source.id, upTo: now)?.seconds ?? .min
            // A sync by hand after the slot's moment has done what the slot would.
            if last < slot.at { return DueRun(slot: slot, since: slot.at) }
        }
        return failing?.retryAt.map { DueRun(slot: nil, since: $0.seconds) }
    }

    /// When the schedule will look at the source next; `nil`: never by itself.
    func next(after now: Timestamp, _ failing: FailingSource?) -> Timestamp? {
        guard isOn else { return nil }
        if let failing {
            guard let retry = failing.retryAt else { return nil }
            return max(retry, now)
        }
        return Timestamp(seconds: slots.next(after: now.seconds).at)
    }

    private func waits(_ failing: FailingSource?, _ now: Timestamp) -> Bool {
        guard let failing else { return false }
        guard let retry = failing.retryAt else { return true }
        // A moment further away than any back-off was written by a clock that was wrong.
        return retry > now && retry.seconds - now.seconds <= BackOff.longestWait
    }
}

/// A run that is due: for a slot, or as the next try after a failure.
struct DueRun {
    var slot: Slots.Slot?
    /// Since when it waits.
    var since: Int64
}
