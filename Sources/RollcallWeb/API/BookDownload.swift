internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// A whole address book in the JSON of `book show` (cli.md), a thousand entries at a time: it can be tens of megabytes.
/// All pieces are of one edition; when another comes in between, the transfer breaks off, and nobody takes half of one and
/// half of the other for a book.
enum BookDownload {
    private static let size = 1000

    static func response(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let (store, size) = (call.store, size)
        var response = JSONBody.raw([])
        response.body = try .pieces(
            .init { place in
                // `a` or `l` for accounts or lists, and the key after which to go on.
                let isList = place?.first == "l"
                let after = Array((place ?? "a").utf8.dropFirst())
                return try store.read { db in
                    guard try Editions.current(db, domain: domain.id) == domain.edition else {
                        throw WebFailure(409, "The book of \(domain.name) has a new edition.", hint: "Ask again.")
                    }
                    let owners = try OwnerNames(db, domain)
                    let filter = Book.Filter(isList: isList, after: after, limit: size + 1)
                    var entries: [Entry] = []
                    try Book.eachEntry(db, domain: domain.id, filter) { view in
                        if let entry = BookRow(view).entry { entries.append(entry) }
                    }
                    let page = entries.prefix(size)
                    let list = try WebResponse.json(page.map { EntryDocument($0, owner: owners[$0.owner]) }).bytes
                    var bytes = Array((place == nil ? #"{"accounts":["# : after.isEmpty ? "" : ",").utf8)
                    bytes += list.dropFirst().dropLast()
                    if entries.count > size, let last = page.last {
                        return (bytes, (isList ? "l" : "a") + String(decoding: last.key, as: UTF8.self))
                    }
                    let name = try WebResponse.json([domain.name]).bytes.dropFirst().dropLast()
                    guard !isList else { return (bytes + Array("]}\n".utf8), nil) }
                    bytes += Array(#"],"domain":"#.utf8) + name
                    return (bytes + Array(#","edition":\#(domain.edition),"lists":["#.utf8), "l")
                }
            })
        return call.tagged(response, edition: domain.edition)
    }
}
