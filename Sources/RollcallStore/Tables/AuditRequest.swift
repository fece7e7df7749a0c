internal import Synchronization

/// The request from a browser or a program in whose course something is changed: where it came from, and whether the
/// change has been written into the trail already.
package final class AuditRequest: Sendable {
    @TaskLocal package static var current: AuditRequest?

    package let origin: String
    private let recorded = Atomic<Bool>(false)

    package init(origin: String) { self.origin = origin }

    package func wasRecorded() { recorded.store(true, ordering: .relaxed) }
    package var isRecorded: Bool { recorded.load(ordering: .relaxed) }
}
