package import RollcallCore

/// A row of the book in the core's terms: what plans compare and entries are read from.
extension BookRow {
    package init(_ view: Book.View) {
        self.init(
            key: view.key, owner: view.owner, objectID: view.objectID, content: view.content, grace: view.grace,
            since: view.since)
    }
}
