internal import Foundation
internal import RollcallConnectors
package import RollcallCore
internal import RollcallStore

/// A consent that a person must grant in a browser.
package struct ConsentRequest: Codable, Sendable, Equatable {
    /// Where to grant it.
    package var url: String
    /// Where the browser comes back to.
    package var redirect: String
    package var expires: Timestamp
}

/// Consent by redirect, in two steps, each a worker of its own: `consent.begin` says where to go, `consent.finish` takes
/// what came back. Between the two lie ten minutes at most, a random state that is good once, and what the connector
/// wants kept (a PKCE verifier), sealed.
extension SyncService {
    private static let patience: Int64 = 600

    private struct Pending: Codable {
        var state: String
        /// Who began it, and only may finish it.
        var person: String
        var redirect: String
        var expires: Int64
        var keep: [String: String]
    }

    package func beginConsent(
        _ name: SourceName, redirect: String, by person: String = ""
    ) throws -> ConsentRequest {
        let job = try consentJob(name)
        var generator = SystemRandomNumberGenerator()
        let state = (0..<4).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.utf8.count) + word
        }.joined()
        let answer = try consentCall(job, "consent.begin", [("redirect_uri", redirect), ("state", state)])
        guard let url = answer.first(where: { $0.name == "url" })?.value else {
            throw SyncFailure(.notAllowed, "The connector \(job.connector.id) names no place to grant consent.")
        }
        try check(url, job.connector)
        let expires = environment.now().seconds + Self.patience
        let keep = answer.filter { $0.name.hasPrefix("keep.") }
        let pending = Pending(
            state: state, person: person, redirect: redirect, expires: expires,
            keep: Dictionary(keep.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
        let bytes = Array(try JSONEncoder().encode(pending))
        let ring = try environment.keyRing()
        try environment.store.write { db in
            try Secrets.set(
                db, ring, owner: Self.owner(job), field: "pending", Secret(bytes), at: environment.now())
        }
        return ConsentRequest(url: url, redirect: redirect, expires: Timestamp(seconds: expires))
    }

    /// Finishes with the address that the browser was sent back to. What the connector learned is the answer.
    @discardableResult
    package func completeConsent(
        _ name: SourceName, redirected: String, by person: String = ""
    ) throws -> [(name: String, value: String)] {
        let job = try consentJob(name)
        guard let parts = URLComponents(string: redirected.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw SyncFailure(
                .badValue, "What was pasted is no URL.", hint: "Paste the whole address that the browser ended at.")
        }
        let query = (parts.queryItems ?? []).map { (name: $0.name, value: $0.value ?? "") }
        let pending = try takePending(job)
        let state = query.first { $0.name == "state" }?.value ?? ""
        guard Self.isSame(state, pending.state), pending.person == person else {
            throw SyncFailure(
                .notAllowed, "The pasted address does not belong to the consent that was begun last.",
                hint: Self.again(job))
        }
        for secret in Array(pending.keep.values) + query.filter({ $0.name == "code" }).map(\.value) {
            SecretRegistry.shared.add(secret)
        }
        let arguments =
            [(name: "redirect_uri", value: pending.redirect)]
            + query.map { (name: "query.\($0.name)", value: $0.value) }
            + pending.keep.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let learned = try consentCall(job, "consent.finish", arguments)
        try environment.store.write {
            try FailingSources.resume($0, source: job.context.source.id, at: environment.now())
        }
        return learned
    }

    private func consentJob(_ name: SourceName) throws -> WorkerJob {
        let context = try environment.store.read { try SourceContext.load($0, name) }
        let job = try WorkerJob(environment, context)
        guard let tab = job.connector.tab, let consent = tab.consent, tab.wantsConsent(context.source.settings) else {
            throw SyncFailure(
                .notAllowed, "The source \(context.name) needs no consent.",
                hint: "`rollcall source show \(context.name)` lists what it does need.")
        }
        guard consent.kind == .redirect else {
            throw SyncFailure(
                .notAllowed, "The connector \(job.connector.id) asks for consent in a way that only pages offer.")
        }
        return job
    }

    /// The pending consent, which is used up by this, whatever comes of it.
    private func takePending(_ job: WorkerJob) throws -> Pending {
        let ring = try environment.keyRing()
        let owner = Self.owner(job)
        let pending = try environment.store.write { db -> Pending? in
            let secret = try Secrets.open(db, ring, owner: owner, field: "pending")
            try Secrets.remove(db, owner: owner, field: "pending")
            return try secret.map { try JSONDecoder().decode(Pending.self, from: Data($0.withBytes { Array($0) })) }
        }
        guard let pending, environment.now().seconds < pending.expires else {
            throw SyncFailure(
                .notAllowed, "No consent of \(job.context.name) is waiting to be finished, or it has expired.",
                hint: Self.again(job))
        }
        return pending
    }

    private func consentCall(
        _ job: WorkerJob, _ method: String, _ arguments: [(name: String, value: String)]
    ) throws -> [(name: String, value: String)] {
        let worker = try job.start()
        defer { worker.close() }
        let observer = ConsentObserver(job)
        let result: CallResult
        do {
            result = try worker.call(method, arguments, observer: observer)
        } catch {
            throw observer.refusal ?? error
        }
        guard result.status == .ok else {
            // A problem of our own with what the connector wanted saved is told as what it is.
            if let refusal = observer.refusal { throw refusal }
            throw SyncFailure(
                ReadPhase.problem(
                    of: SyncEnd(status: result.status, problems: result.problems), connector: job.connector))
        }
        return result.answers
    }

    /// A connector that could send people anywhere could ask them for their password there.
    private func check(_ url: String, _ connector: ConnectorInfo) throws {
        let parts = URLComponents(string: url)
        let host = parts?.host?.lowercased() ?? ""
        // Plain http reaches nobody but this machine, and only where the manifest says so.
        let isPlain = parts?.scheme?.lowercased() == "http" && ["127.0.0.1", "localhost"].contains(host)
        guard parts?.scheme?.lowercased() == "https" || isPlain, parts?.user == nil,
            connector.consentHosts.contains(host)
        else {
            throw SyncFailure(
                .notAllowed,
                "The connector \(connector.id) sends people to \(host.isEmpty ? "no host" : host) for consent, "
                    + "which its manifest does not list.")
        }
    }

    private static func owner(_ job: WorkerJob) -> SecretOwner {
        SecretOwner(kind: "consent", id: job.context.source.id)
    }

    private static func again(_ job: WorkerJob) -> String {
        "Begin again with `rollcall source consent \(job.context.name)`."
    }

    /// Takes as long for a wrong state as for the right one.
    private static func isSame(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

private final class ConsentObserver: WorkerObserver {
    private let job: WorkerJob
    private(set) var refusal: SyncFailure?

    init(_ job: WorkerJob) { self.job = job }

    func save(field: String, value: String) throws {
        do throws(SyncFailure) {
            try refuseTaken(field, value)
        } catch {
            refusal = error
            throw error
        }
        try job.save(field: field, value: value)
    }

    /// What a consent wins (a tenant) belongs to one customer: that of the first source that had it.
    private func refuseTaken(_ field: String, _ value: String) throws(SyncFailure) {
        guard let tab = job.connector.tab, tab.consent?.saves.contains(field) == true,
            tab.field(field)?.isSecret == false, !value.isEmpty
        else { return }
        let (own, type) = (job.context.domain, job.context.source.type)
        let taken: Bool?
        do {
            taken = try job.environment.store.read { db in
                try Sources.list(db).contains { other in
                    guard other.type == type, other.settings[field] == value else { return false }
                    return try Domains.find(db, id: other.domain)?.customer != own.customer
                }
            }
        } catch {
            taken = nil
        }
        guard taken == false else {
            throw SyncFailure(
                Problem(
                    .denied, field: field,
                    text: "What access was granted to belongs to another customer already. Nothing has changed."))
        }
    }
}
