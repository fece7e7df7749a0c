internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore

/// Runs a verb and writes into the trail who called it, what came of it, and what is different now. Two entries for what
/// cannot be taken back by its own row (an approval, an undo): the first is there before anything happens.
enum AuditTrail {
    static func answer(_ verb: any Verb, _ session: Session) throws -> Answer {
        guard let changing = verb as? any Changes else { return try verb.answer(session) }
        let before = AuditState.of(changing.subject, session)
        if case .run = changing.subject { add(changing, session, answer: 0, before: [:], after: ["asked": "yes"]) }
        do {
            let answer = try verb.answer(session)
            var (old, new) = AuditState.difference(before, AuditState.of(changing.subject, session))
            if let posted = changing as? SourceSecret { new[posted.field] = posted.remove ? "forgotten" : "stored" }
            if case .run(let run) = changing.subject, new.isEmpty { (old, new) = ([:], ["run": run]) }
            add(changing, session, answer: answer.exitCode, before: old, after: new)
            return answer
        } catch {
            let failure = FailureMapping.failure(error)
            add(changing, session, answer: failure.exitCode, before: [:], after: ["refused": failure.message])
            throw error
        }
    }

    /// A store that takes no entry takes no change either; the change is not undone for it.
    private static func add(
        _ verb: any Changes, _ session: Session, answer: Int32, before: [String: String], after: [String: String]
    ) {
        guard let store = try? session.store() else { return }
        let request = AuditRequest.current
        do {
            try store.write { db in
                try Audit.add(
                    db, who: session.actor, origin: request?.origin ?? "", what: name(of: verb),
                    target: verb.subject.name, answer: Int(answer), before: text(before), after: text(after),
                    at: session.now)
            }
            request?.wasRecorded()
        } catch {
            session.console.note("rollcall: warning: the audit trail could not be written: \(error)")
        }
    }

    /// `SourceSet` is `source set`.
    static func name(of verb: any Verb) -> String {
        var words: [String] = []
        for scalar in "\(type(of: verb))".unicodeScalars {
            if scalar.properties.isUppercase { words.append("") }
            words[max(words.count - 1, 0)].unicodeScalars.append(scalar)
        }
        let lower = words.map { $0.lowercased() }
        return (lower.first ?? "") + " " + lower.dropFirst().joined(separator: "-")
    }

    private static func text(_ values: [String: String]) -> String {
        values.isEmpty
            ? ""
            : (try? JSONText.encode(values, pretty: false)).map { line in
                String(decoding: line.dropLast(), as: UTF8.self)
            } ?? ""
    }
}
