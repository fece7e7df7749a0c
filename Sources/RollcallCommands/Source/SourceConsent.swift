internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Consent from the command line: prints where to grant it; `--complete` takes the address that the browser was sent back
/// to, for hosts that no browser can reach.
struct SourceConsent: Verb {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Print the URL to grant consent at, or finish with the URL that came back.")

    @Argument(help: "The source.") var source: DomainReference
    @Option(help: ArgumentHelp("The address that the browser ended at.", valueName: "url")) var complete: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let name = SourceName(domain: try source.name(), type: source.type)
        if let complete {
            let learned = try session.sync().completeConsent(name, redirected: complete, by: session.actor)
            let to = learned.first { $0.name == "organization" }.map { " Access is granted to \($0.value)." } ?? ""
            return Answer(
                try session.sourceDocument(source), "Consent is given.\(to)",
                hint: "`rollcall sync test \(name)` shows what it allows.")
        }
        let base = session.configuration.text("http.base_url") ?? ""
        let redirect = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/consent"
        let request = try session.sync().beginConsent(name, redirect: redirect, by: session.actor)
        return Answer(
            request, request.url,
            hint: "Grant it there before \(request.expires), then "
                + "`rollcall source consent \(name) --complete 'URL'` with the address that the browser ends at.")
    }
}
