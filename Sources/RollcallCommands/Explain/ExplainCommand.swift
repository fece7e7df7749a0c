internal import ArgumentParser
internal import RollcallSync

/// Why an address is accepted, or why not. Exits 0 for yes and no: both are answers.
struct ExplainCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why an address is accepted, or why not.")

    @Argument(help: "The address.") var address: String
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let explanation = try session.sync().explain(address)
        return Answer(explanation, lines: Self.lines(explanation))
    }

    private static func lines(_ answer: Explanation) -> [String] {
        var facts = Facts()
        facts.add(
            "Address", answer.address + (answer.accepted ? ": accepted" : ": not accepted"))
        facts.add("Why not", answer.why.map { $0.rawValue })
        facts.add("Detail", answer.detail)
        if let kind = answer.as {
            facts.add("As", kind == "alias" ? "alias of \(answer.account ?? "")" : kind)
        }
        facts.add("Domain", answer.domain)
        facts.add("Owner", answer.owner)
        facts.add("Object", answer.objectId)
        facts.add("Where", answer.where)
        facts.add("Because", answer.because)
        facts.add("Since", answer.since.map { "run \($0.run), \($0.at)" })
        facts.add("Clashes", answer.clashes ?? [])
        return facts.lines
    }
}
