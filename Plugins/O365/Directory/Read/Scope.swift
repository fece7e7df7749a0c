/// The people that a source is limited to: everybody in the groups that its settings name, nested ones included. Asked of
/// Graph at every read; whether it has changed since the last one is told by a digest.

internal import CHash
internal import ConnectorKit

struct Scope {
    private var ids = Set<String>()
    private(set) var digest = ""

    func contains(_ id: String) -> Bool { ids.contains(Text.lowered(id)) }

    init(_ graph: Graph) throws(Stop) {
        for name in graph.options.groups {
            let id = try Self.find(name, graph)
            let url = graph.url("groups/\(id)/transitiveMembers?$select=id&$top=999")
            try Listing.ids(graph, url, what: "The members of \(Text.oneLine(name, limit: 60))") {
                ids.insert(Text.lowered($0))
            }
        }
        var sum: (UInt64, UInt64) = (UInt64(ids.count), 0)
        for id in ids {
            let bytes = Array(id.utf8)
            let hash = rollcall_hash128(bytes, bytes.count, 1)
            sum = (sum.0 &+ hash.low, sum.1 &+ hash.high)
        }
        digest = String(sum.0, radix: 16) + "." + String(sum.1, radix: 16)
    }

    /// A group by its ID, its address or its name, which must be the only one.
    private static func find(_ name: String, _ graph: Graph) throws(Stop) -> String {
        let shown = Text.oneLine(name, limit: 60)
        if Text.isGUID(name) {
            let answer = try graph.send(graph.url("groups/\(name)?$select=id"), what: "The group \(shown)")
            if answer.status == 404 { throw .badSettings("groups", "There is no group \(shown) (any more).") }
            guard answer.status == 200 else {
                throw GraphRefusal(answer).stop("The group \(shown)", needs: Stream.groups.permission, graph.options)
            }
            return name
        }
        let quoted = "'" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        let filter = Text.percentEncoded("mail eq \(quoted) or displayName eq \(quoted)")
        let found = try graph.value(
            graph.url("groups?$filter=\(filter)&$select=id"), what: "The group \(shown)",
            needs: Stream.groups.permission
        )["value"].elements.compactMap { $0["id"].text }
        guard let id = found.first, Text.isGUID(id) else { throw .badSettings("groups", "There is no group \(shown).") }
        guard found.count == 1 else {
            throw .badSettings("groups", "Several groups are called \(shown): name the one that you mean by its ID.")
        }
        return id
    }
}

/// Ordinary lists, page by page, of which only the ids are wanted.
enum Listing {
    /// Empty where what is listed is gone by now.
    static func idsIfThere(_ graph: Graph, _ start: String, what: String) throws(Stop) -> [String] {
        guard try graph.send(start, what: what).status != 404 else { return [] }
        var found: [String] = []
        try ids(graph, start, what: what) { found.append($0) }
        return found
    }

    static func ids(_ graph: Graph, _ start: String, what: String, _ body: (String) throws(Stop) -> Void) throws(Stop) {
        var url = start
        var seen = Set<String>()
        while true {
            guard seen.insert(url).inserted, seen.count <= graph.options.maxPages else {
                throw .failed("\(what) have no end: a page leads back to one that was read.")
            }
            let page = try graph.value(url, what: what, needs: Stream.groups.permission)
            guard case .array(let elements) = page["value"] else { throw .failed("\(what): a page has no list.") }
            for element in elements {
                if let id = element["id"].text, !id.isEmpty { try body(id) }
            }
            guard let next = page["@odata.nextLink"].text else { return }
            url = next
        }
    }
}
