internal import ArgumentParser
internal import RollcallCore
internal import RollcallSync

/// Sends a test notification to everybody who gets a source's reports, now, whether or not reports are enabled: one finds
/// out before the first bad night whether they arrive.
struct SourceNotify: Verb {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Send a test notification to a source's recipients and webhook.")

    @Argument(help: "The source.") var source: DomainReference
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let name = SourceName(domain: try source.name(), type: source.type)
        let result = try session.notifier().test(name)
        var table = Table(["TO", "RESULT", ""], none: "Nobody is to be told.")
        for line in result.mail + [result.webhook].compactMap({ $0 }) {
            table.add([line.recipient, line.ok ? "sent" : line.isForLater ? "not sent" : "refused", line.flaw])
        }
        let isForLater = (result.mail + [result.webhook].compactMap { $0 }).contains { $0.isForLater }
        return Answer(result, lines: table.lines, exitCode: result.ok ? 0 : isForLater ? 5 : 1)
    }
}

/// The way out to people.
extension Session {
    func notifier() throws -> Notifier { Notifier(try sync(), notifierSettings()) }

    func notifierSettings() -> Notifier.Settings {
        let configuration = configuration
        return Notifier.Settings(
            baseURL: configuration.text("http.base_url") ?? "", version: Version.text,
            mail: { try configuration.mail() })
    }
}

extension Configuration {
    /// Read again for each message: a password that was changed holds from the next one on.
    func mail() throws -> MailSettings {
        guard let server = text("mail.server").flatMap({ MailServer($0) }),
            let from = text("mail.from").flatMap({ MailAddress($0) })
        else { throw Failure(.configuration, "mail.server and mail.from cannot be used.", field: "mail.server") }
        return MailSettings(
            server: server, from: from, user: text("mail.user"),
            password: try secret("mail.password").map { String(decoding: $0, as: UTF8.self) },
            authorityFile: text("mail.ca_file").map(absolute))
    }
}
