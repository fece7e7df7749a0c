internal import RollcallStore

/// A file that is kept in step with the books by itself: which form, of what, where, and what to run when it is new.
package struct ExportJob: Sendable, Equatable {
    package let format: ExportFormat
    /// One domain, by any of its names; `nil`: all.
    package let domain: String?
    package let path: String
    /// Leave out what is in grace: for a table that is asked before the lookup service, which says "try later".
    package let activeOnly: Bool
    /// A program and its arguments; empty: nothing to run.
    package let command: [String]

    package init(
        format: ExportFormat, domain: String?, path: String, activeOnly: Bool = false, command: [String] = []
    ) {
        self.format = format
        self.domain = domain
        self.path = format.path(path)
        self.activeOnly = activeOnly
        self.command = command
    }

    /// What the file should hold, without reading a book. Also changes when the job itself does.
    func version(_ books: [BookVersion], only: Domain?) -> String {
        BookVersions.tag(
            books.filter { only == nil || $0.id == only?.id }, "1 \(format.rawValue) \(domain ?? "*") \(activeOnly)")
    }
}
