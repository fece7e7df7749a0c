/// What the operator decided about old books.
package struct AnswerPolicy: Sendable {
    /// A domain is stale when none of its sources was read well for so long, in seconds.
    package var staleAfter: Int64
    /// Whether an address that is unknown in a stale book is answered "try later". Else staleness only alarms.
    package var staleIsTemporary: Bool

    package init(staleAfter: Int64 = 7 * 86_400, staleIsTemporary: Bool = false) {
        self.staleAfter = staleAfter
        self.staleIsTemporary = staleIsTemporary
    }

    /// A domain whose book was made by hand is never stale.
    package func isStale(syncedAt: Int64, now: Int64) -> Bool { syncedAt > 0 && now - syncedAt > staleAfter }
}
