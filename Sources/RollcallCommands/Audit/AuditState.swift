internal import Foundation
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// The state of what a verb changes, as the answers show it: secrets are in there as "stored" at most. Laid flat, so that
/// two can be compared name by name.
enum AuditState {
    static func of(_ subject: AuditSubject, _ session: Session) -> [String: String] {
        guard let document = try? document(subject, session) else { return [:] }
        var flat: [String: String] = [:]
        if let bytes = try? JSONText.encode(document, pretty: false),
            let object = try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
        {
            flatten(object, "", &flat)
        }
        return flat.filter { !isPassing($0.key) }
    }

    /// What was and what is, of that which is not the same.
    static func difference(
        _ before: [String: String], _ after: [String: String]
    ) -> (before: [String: String], after: [String: String]) {
        (before.filter { after[$0.key] != $0.value }, after.filter { before[$0.key] != $0.value })
    }

    private static func document(_ subject: AuditSubject, _ session: Session) throws -> (any Encodable)? {
        let store = try session.store()
        switch subject {
        case .domain(let reference):
            return try store.read { db in try DomainDocument(db, Session.domain(db, reference)) }
        case .source(let reference): return try session.sourceDocument(reference)
        case .run(let id): return try store.read { db in try Session.run(db, id).summary }
        case .administrator(let name):
            return try store.read { db in try AdminCommand.Document(db, AdminCommand.find(db, name)) }
        case .connector(let id): return try session.connectors().find(id).map { ["state": $0.state.rawValue] }
        case .account(let address):
            let parsed = try Address(address)
            return try store.read { db in
                guard let domain = try Domains.find(db, name: parsed.domain) else { return nil }
                var state: AccountState?
                try Array(parsed.key.utf8).withUnsafeBytes {
                    _ = try Book.entry(db, domain: domain.id, key: $0) {
                        state = BookRow($0).entry.map(AccountState.init)
                    }
                }
                return state
            }
        case .customer, .token, .store: return nil
        }
    }

    /// Told elsewhere, or different each time it is looked at.
    private static func isPassing(_ name: String) -> Bool {
        ["runs", "trust", "edition", "accounts", "lists", "wouldBeRefused", "read", "counts", "leftOut", "createdAt"]
            .contains { name == $0 || name.hasPrefix($0 + ".") }
    }

    private static func flatten(_ value: Any, _ name: String, _ flat: inout [String: String]) {
        switch value {
        case let object as [String: Any]:
            for (key, value) in object { flatten(value, name.isEmpty ? key : "\(name).\(key)", &flat) }
        case let list as [Any]:
            for (index, value) in list.enumerated() { flatten(value, "\(name).\(index)", &flat) }
        case is NSNull: break
        default: flat[name] = "\(value)"
        }
    }
}

private struct AccountState: Encodable {
    let primary: String
    let aliases: [String]
    let owner: String

    init(_ entry: Entry) {
        primary = entry.primary
        aliases = entry.aliases
        owner = "\(entry.owner)"
    }
}
