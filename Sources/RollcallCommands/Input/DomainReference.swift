internal import ArgumentParser
internal import RollcallCore

/// `DOMAIN` or `DOMAIN/TYPE`: a domain, and if need be which of its sources. A domain name has no slash, so the two
/// cannot be confused.
struct DomainReference: ExpressibleByArgument, Sendable {
    let domain: String
    let type: String?

    init(domain: String, type: String?) {
        self.domain = domain
        self.type = type
    }

    init?(argument: String) {
        let parts = argument.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        domain = String(name)
        type = parts.count == 2 ? String(parts[1]) : nil
    }

    /// The name as it is kept: lower-case A-labels.
    func name() throws(Failure) -> String { try DomainReference.name(domain) }

    static func name(_ text: String) throws(Failure) -> String {
        do {
            return try DomainName(text).name
        } catch {
            throw Failure(
                .usage, error.sentence(ofDomain: shown(text)), hint: "For example example.com.")
        }
    }
}
