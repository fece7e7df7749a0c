internal import RollcallCore

/// One question about a recipient, for those who do not speak socketmap.
package struct RecipientLookup: Sendable {
    package let word: AnswerWord
    /// What stands behind an OK: `user`, `alias`, `list` and so on.
    package let data: String?
    package let why: String
    /// The domain that it is about, by its own name.
    package let domain: String?

    /// - `now`: seconds.
    package init(_ address: String, _ books: Books, _ policy: AnswerPolicy, now: Int64) {
        var answerer = Answerer(policy)
        var data: [UInt8] = []
        let verdict = Array(address.utf8).withUnsafeBytes {
            answerer.answer(.recipients, $0, books, now: now, data: &data)
        }
        word = verdict.word
        self.data = verdict.word == .ok ? String(decoding: data, as: UTF8.self) : nil
        why = verdict.sentence(books)
        domain = verdict.domain.map { books.snapshots[$0].name }
    }
}
