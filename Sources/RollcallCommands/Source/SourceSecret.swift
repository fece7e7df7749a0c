internal import ArgumentParser
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Stores a secret, sealed. It comes from the terminal without echo or from standard input, and is never shown again.
struct SourceSecret: Verb {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Store a secret of a source; its value comes from standard input.",
        discussion: """
            The field notify.webhook_secret signs the webhook's requests: X-Rollcall-Signature is sha256= and the \
            HMAC-SHA256, in hexadecimal, of X-Rollcall-Timestamp, a full stop and the body.
            """)

    @Argument(help: "The source.") var source: DomainReference
    @Argument(help: "The secret's field id.") var field: String
    @Flag(help: "Forget the secret instead.") var remove = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let store = try session.store()
        let type = try store.read { db in try Session.source(db, source).source.type }
        // What the host uses itself is kept apart: a connector gets its own secrets and no others.
        let isOurs = field == NotifySettings.webhookSecret
        if !isOurs { try requireSecret(session, type) }
        if remove {
            try store.write { db in
                let id = try Session.source(db, source).source.id
                try Secrets.remove(db, owner: isOurs ? .reports(of: id) : .source(id), field: field)
            }
        } else {
            // Certificates and keys have lines; a password is one.
            let value = try SecretInput.read(field, wholeInput: field.hasSuffix("key"), session.console)
            let ring = try session.keyRing()
            try store.write { db in
                let id = try Session.source(db, source).source.id
                try Secrets.set(
                    db, ring, owner: isOurs ? .reports(of: id) : .source(id), field: field, Secret(value),
                    at: session.now)
                if !isOurs { try FailingSources.resume(db, source: id, at: session.now) }
            }
        }
        return Answer(try session.sourceDocument(source), remove ? "\(field) is forgotten." : "\(field) is stored.")
    }

    private func requireSecret(_ session: Session, _ type: String) throws {
        guard let tab = try session.connectors().ready(type).tab else {
            throw Failure(.badSettings, "The connector \(type) has no secrets.", field: field)
        }
        let secrets = tab.secretFields.map(\.id)
        if secrets.contains(field) { return }
        if tab.field(field) != nil {
            throw Failure(
                .badSettings, "\(field) is no secret.",
                hint: "Set it with `rollcall source set \(source.domain) \(field)=…`.",
                field: field)
        }
        let meant = Nearest.word(to: field, among: secrets).map { "; did you mean \($0)?" } ?? "."
        throw Failure(
            .badSettings, "The connector \(type) has no secret \(shown(field))\(meant)",
            hint: secrets.isEmpty ? "It has none." : "It has \(secrets.joined(separator: ", ")).", field: field)
    }
}
