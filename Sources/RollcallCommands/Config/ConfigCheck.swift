internal import ArgumentParser
internal import RollcallCore

/// Everything that can be known wrong without doing anything: spelling, types, references to secrets that lead nowhere.
struct ConfigCheck: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check the configuration without doing anything.")

    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let ok = true
        let file: String?
        let warnings: [String]

        enum CodingKeys: String, CodingKey { case ok, file, warnings }
    }

    func answer(_ session: Session) throws -> Answer {
        let configuration = session.configuration
        for key in ConfigurationKey.all where key.name != "keys" {
            if case .reference = key.kind { _ = try configuration.secret(key.name) }
        }
        let names = ConfigurationKey.all.map(\.variable)
        let warnings = configuration.strayVariables.map { name in
            "\(name) overrides nothing" + (Nearest.word(to: name, among: names).map { "; did you mean \($0)?" } ?? ".")
        }
        let file = configuration.file.map { "\($0) is fine." } ?? "There is no configuration file; the defaults hold."
        return Answer(
            Document(file: configuration.file, warnings: warnings),
            lines: [file] + warnings.map { "Warning: " + shown($0) })
    }
}
