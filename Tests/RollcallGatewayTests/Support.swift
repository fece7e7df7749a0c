import Foundation
import RollcallCore
import RollcallGateway
import RollcallStore

/// A book for tables of cases: one account with an alias, one of umlauts, a list, an address in grace.
enum Sample {
    static func facts(_ name: String = "example.com") -> SnapshotFacts {
        SnapshotFacts(
            name: name, aliases: name == "example.com" ? ["example.org", "xn--bcher-kva.example"] : [],
            inbound: [.init(host: "mx1.example.net", port: 25, preference: 10)])
    }

    static func snapshot(
        _ facts: SnapshotFacts = facts(), edition: Int64 = 7, syncedAt: Int64 = 0, enforces: Bool = true,
        isSynced: Bool = true, isEmpty: Bool = false, seed: UInt64 = 42
    ) throws -> Snapshot {
        var builder = try SnapshotBuilder(
            facts, edition: edition, madeAt: 1_000, syncedAt: syncedAt, enforces: enforces, isSynced: isSynced,
            seed: seed)
        if isEmpty { return try builder.finish() }
        func add(_ local: String, _ kind: EntryKind, until: Int64? = nil, members: [String]? = nil) throws -> UInt32 {
            let members = members?.map { Array($0.utf8) }
            let target = try Array("\(local)@\(facts.name)".utf8).withUnsafeBytes {
                try builder.add($0, kind: kind, graceUntil: until, members: members)
            }
            return target ?? .max
        }
        func alias(_ local: String, of target: UInt32, until: Int64? = nil) throws {
            try Array("\(local)@\(facts.name)".utf8).withUnsafeBytes {
                try builder.add(alias: $0, of: target, graceUntil: until)
            }
        }
        let jo = try add("Jo", .user)
        try alias("info", of: jo)
        try alias("was-info", of: jo, until: 5_000)
        _ = try add("JÖRG", .user)
        _ = try add("strauß", .user)
        _ = try add("strauss", .shared)
        let team = try add("team", .list, members: ["jo@example.com", "else@elsewhere.test"])
        try alias("crew", of: team)
        _ = try add("all", .list)
        let gone = try add("gone", .user, until: 5_000)
        try alias("gone-too", of: gone, until: 5_000)
        _ = try add("jean-luc", .user)
        return try builder.finish()
    }
}

extension Answerer {
    /// `OK data`, `NOTFOUND`, or `TEMP`, and the reason.
    mutating func ask(
        _ map: GatewayMap = .recipients, _ key: String, _ books: Books, now: Int64 = 2_000
    ) -> (text: String, verdict: Verdict) {
        var data: [UInt8] = []
        let verdict = Array(key.utf8).withUnsafeBytes { answer(map, $0, books, now: now, data: &data) }
        let text = String(decoding: data, as: UTF8.self)
        return (text.isEmpty ? verdict.word.text : verdict.word.text + " " + text, verdict)
    }
}

enum Modes {
    static func of(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int) ?? -1
    }
}
