internal import RollcallCore

/// The operations of a run as the table beside its report: all of them, or as many as a mail can carry.
struct ReportTable {
    var attachment: MailMessage.Attachment?
    /// What there is to say about it.
    var note: String?

    private static let mostRows = 10_000
    private static let mostBytes = 2 << 20

    private struct Enough: Error {}

    init(_ event: ReportEvent, _ service: SyncService) throws {
        guard let run = event.run, [.applied, .held].contains(event.event), run.counts.total > 0 else { return }
        var bytes = CSVText.line(OperationText.header)
        var rows = 0
        do {
            try service.forEachOperation(run: run.id) { operation in
                guard rows < Self.mostRows, bytes.count < Self.mostBytes else { throw Enough() }
                bytes += CSVText.line(OperationText.cells(operation))
                rows += 1
            }
        } catch is Enough {
            note =
                "The table has the first \(NumberText.number(rows)) of \(NumberText.number(run.counts.total)) operations; "
                + "the run's page has them all."
        } catch is SyncFailure {
            // The history has forgotten the run meanwhile; what it came to is still worth telling.
            return
        }
        guard rows > 0 else { return }
        attachment = .init(name: "\(run.id).csv", bytes: bytes)
    }
}
