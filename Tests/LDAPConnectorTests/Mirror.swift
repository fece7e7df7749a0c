import ConnectorKit
import ConnectorTesting
import DirectoryServers

/// What a host would keep of the records it was given, and what that comes to as addresses.
struct Mirror: Equatable {
    struct Object: Equatable {
        var kind: RecordKind
        var attributes: [[String]]

        func values(_ name: String) -> [String] { attributes.filter { $0[0] == name }.map { $0[1] } }
        subscript(_ name: String) -> String? { values(name).first }
    }

    var objects: [String: Object] = [:]
    /// Group, then member; with the member's address, if it is no object.
    var edges: [String: [String: String]] = [:]

    /// After a full read: only what came counts.
    init(full records: [TestHost.Record]) { apply(records) }

    mutating func apply(_ records: [TestHost.Record]) {
        for record in records {
            switch (record.operation, record.kind) {
            case (3, .membership): edges[record.id]?[record.peer] = nil
            case (_, .membership):
                edges[record.id, default: [:]][record.peer] = record.attributes.first { $0[0] == "mail" }?[1] ?? ""
            case (3, let kind):
                objects[record.id] = nil
                if kind == .group { edges[record.id] = nil }
            default: objects[record.id] = Object(kind: record.kind, attributes: record.attributes)
            }
        }
    }

    /// Without edges to what is no object, and without where things are.
    var essence: Mirror {
        var copy = self
        copy.edges = copy.edges.filter { objects[$0.key] != nil }
            .mapValues { $0.filter { objects[$0.key] != nil || !$0.value.isEmpty } }.filter { !$0.value.isEmpty }
        return copy
    }

    /// What differs, a line each, places and all.
    func difference(from other: Mirror) -> [String] {
        var lines: [String] = []
        for id in Set(objects.keys).union(other.objects.keys).sorted() where objects[id] != other.objects[id] {
            lines.append("\(id): \(objects[id]?.attributes ?? []) instead of \(other.objects[id]?.attributes ?? [])")
        }
        for id in Set(edges.keys).union(other.edges.keys).sorted() where edges[id] != other.edges[id] {
            let (ours, theirs) = (Set((edges[id] ?? [:]).keys), Set((other.edges[id] ?? [:]).keys))
            lines.append("members of \(id): + \(ours.subtracting(theirs)) - \(theirs.subtracting(ours))")
        }
        return lines
    }

    var addresses: Addresses {
        var result = Addresses()
        for (id, object) in objects {
            guard let primary = object.primary else { continue }
            if object.kind == .group {
                result.lists[primary] = (edges[id] ?? [:]).compactMap { member, mail in
                    objects[member]?.primary ?? (mail.isEmpty ? nil : mail)
                }.sorted()
            } else {
                result.accounts[primary] = object.aliases.sorted()
            }
        }
        return result
    }

    func object(mail: String) -> (id: String, object: Object)? {
        objects.first { $0.value.primary == mail }.map { ($0.key, $0.value) }
    }
}

extension Mirror.Object {
    var primary: String? {
        values("proxyAddress").first { $0.hasPrefix("SMTP:") }.map { String($0.dropFirst(5)) } ?? self["mail"]
    }

    var aliases: [String] {
        var all =
            values("alias") + values("proxyAddress").filter { $0.hasPrefix("smtp:") }.map { String($0.dropFirst(5)) }
        if let mail = self["mail"], mail != primary { all.append(mail) }
        return all
    }
}
