internal import ArgumentParser
internal import RollcallStore

/// Looks at all of the store, and whether the keys open its secrets. Exits 1 if anything is wrong.
struct StoreCheckCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look at all of the store and say what is wrong with it.")

    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let ok: Bool
        let store: String
        let flaws: [String]
        let domains: Int64
        let sources: Int64
        let entries: Int64
        let objects: Int64
        let runs: Int64
        let secrets: Int64
    }

    func answer(_ session: Session) throws -> Answer {
        let location = try session.location()
        let store = try Store.open(location, create: false)
        let ring = try? KeyRing.open(KeyLocation(session.configuration.keys))
        var check = try store.check(ring: ring)
        if ring == nil, check.secrets > 0 {
            check.flaws.append(
                "The secrets cannot be opened: the keys \(session.configuration.keys) are missing or unreadable.")
        }
        let document = Document(
            ok: check.flaws.isEmpty, store: location.description, flaws: check.flaws, domains: check.domains,
            sources: check.sources, entries: check.entries, objects: check.objects, runs: check.runs,
            secrets: check.secrets)
        var facts = Facts()
        facts.add("Store", document.store)
        facts.add("State", document.ok ? "sound" : "not sound")
        facts.add("Flaws", document.flaws)
        facts.add("Domains", String(document.domains))
        facts.add("Sources", String(document.sources))
        facts.add("Entries", String(document.entries))
        facts.add("Mirrored objects", String(document.objects))
        facts.add("Runs", String(document.runs))
        facts.add("Secrets", String(document.secrets))
        var answer = Answer(document, lines: facts.lines, exitCode: document.ok ? 0 : 1)
        if !document.ok { answer.hint = "`rollcall store restore FILE` puts a backup in its place." }
        return answer
    }
}
