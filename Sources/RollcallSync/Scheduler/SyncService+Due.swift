package import RollcallCore
internal import RollcallStore

/// A source whose time has come.
package struct DueSource: Sendable, Equatable {
    package var name: SourceName
    /// The slot that its run claims; `nil`: the next try after a failure.
    package var slot: Slots.Slot?
}

extension SyncService {
    /// The sources whose time has come, in the order in which they should be run. Found out from the store each time, so
    /// a restart, a changed setting or a clock that was set make no difference. Those at work just now are left out.
    package func due() throws -> [DueSource] {
        let now = environment.now()
        return try environment.store.read { db in
            var atWork: [String: Int] = [:]
            let busy = Set(try Leases.list(db, at: now).map(\.source))
            var waiting: [FairOrder.Waiting<DueSource>] = []
            for domain in try Domains.list(db) {
                // A domain without a customer stands for itself.
                let customer = domain.customer.map { "customer \($0)" } ?? "domain \(domain.id)"
                for source in try Sources.list(db, domain: domain.id) {
                    if busy.contains(source.id) {
                        atWork[customer, default: 0] += 1
                        continue
                    }
                    let schedule = SourceSchedule(domain, source)
                    guard schedule.isOn else { continue }
                    let failing = try FailingSources.find(db, source: source.id)
                    guard let due = try schedule.due(db, source, failing, now: now) else { continue }
                    let name = SourceName(domain: domain.name, type: source.type)
                    waiting.append(.init(DueSource(name: name, slot: due.slot), customer: customer, since: due.since))
                }
            }
            return FairOrder.order(waiting, atWork: atWork)
        }
    }
}
