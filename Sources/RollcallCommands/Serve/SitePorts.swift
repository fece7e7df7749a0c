internal import ArgumentParser
internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync
internal import RollcallWeb

/// The command line as dashboard and API stand on it: words in, JSON out, in the name of whoever signed in. What a page
/// does is thereby what the command does, with the same checks and the same sentences.
struct SitePorts: Sendable {
    let configuration: Configuration
    let store: Store

    func environment(_ session: Session, settings: SiteSettings) throws -> SiteEnvironment {
        SiteEnvironment(
            service: try session.sync(), settings: settings,
            perform: { words, actor in
                do {
                    return try perform(words, actor)
                } catch {
                    throw Self.failure(error)
                }
            }, failure: Self.failure)
    }

    private func perform(_ words: [String], _ actor: String) throws -> [UInt8] {
        guard let verb = try RollcallCommand.parseAsRoot(words) as? any Verb else {
            throw Failure(.usage, "That is no command.")
        }
        let session = Session(configuration, store: store, actor: actor)
        return try JSONText.encode(try AuditTrail.answer(verb, session).document, pretty: false)
    }

    static func failure(_ error: any Error) -> WebFailure {
        if let failure = error as? WebFailure { return failure }
        // What the parser says of words that a form or a program sent.
        if !(error is Failure), !(error is StoreError), !(error is SyncFailure),
            RollcallCommand.exitCode(for: error) == .validationFailure
        {
            return WebFailure(422, RollcallCommand.message(for: error))
        }
        let failure = FailureMapping.failure(error)
        return WebFailure(
            status(failure), failure.message, hint: failure.hint, field: failure.field, class: failure.class.rawValue)
    }

    private static func status(_ failure: Failure) -> Int {
        switch failure.class {
        case .notFound: 404
        case .exists, .busy, .confirm, .cancelled: 409
        case .usage, .badSettings: 422
        case .needConsent, .denied: 409
        case .unavailable: 503
        case .failed: failure.hint == "This is a defect." ? 500 : 409
        case .crashed, .hung, .limit: 502
        case .configuration, .store: 500
        }
    }
}
