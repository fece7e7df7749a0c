/// Who is next: customers take turns, so that one with a thousand domains does not keep the others waiting.
package enum FairOrder {
    package struct Waiting<Item> {
        package var item: Item
        package var customer: String
        /// Since when it waits.
        package var since: Int64

        package init(_ item: Item, customer: String, since: Int64) {
            self.item = item
            self.customer = customer
            self.since = since
        }
    }

    /// Each next one belongs to the customer who has the fewest at work or before it; among those to whoever has
    /// waited longest.
    package static func order<Item>(_ waiting: [Waiting<Item>], atWork: [String: Int]) -> [Item] {
        var counts = atWork
        let ranked = waiting.sorted { ($0.since, $0.customer) < ($1.since, $1.customer) }.map { one in
            let before = counts[one.customer, default: 0]
            counts[one.customer] = before + 1
            return (before: before, one: one)
        }
        return ranked.sorted { ($0.before, $0.one.since, $0.one.customer) < ($1.before, $1.one.since, $1.one.customer) }
            .map(\.one.item)
    }
}
