internal import RollcallCore
internal import RollcallStore

/// The plan of a first sync, fed with what is read while that goes into the mirror, which need not be read again for it.
///
/// Only into an empty mirror, and for an empty book: then it comes to the same as a plan from the mirror. Where it might
/// not (a record that comes twice and differs, a deletion, a patch), or where it would need memory while the read needs
/// its own, it is given up, and the plan is made from the mirror like any other.
final class EarlyPlan {
    private var planner: Planner?
    private let rules: String
    private var objects = 0

    private static let mostObjects = 150_000

    /// - Parameter rules: the fingerprint of all that a plan depends on beside mirror and book.
    init(_ planner: Planner, rules: String) {
        self.planner = planner
        self.rules = rules
    }

    func giveUp() { planner = nil }

    func add(
        object id: UnsafeRawBufferPointer, kind: RecordKind, firstSeen: Int64, attributes: AttributeList
    ) {
        objects += 1
        if objects > Self.mostObjects { giveUp() }
        planner?.add(object: id, kind: kind, firstSeen: firstSeen, attributes: attributes)
    }

    func add(edge group: UnsafeRawBufferPointer, member: UnsafeRawBufferPointer, mail: UnsafeRawBufferPointer) {
        planner?.add(edge: group, member: member, mail: mail)
    }

    /// The planner, fed, unless it was given up or the rules are others by now.
    func take(rules: String) -> Planner? {
        guard rules == self.rules else { return nil }
        defer { planner = nil }
        return planner
    }
}
