/// The settings of a source of type o365, with their defaults. Made without complaint, since the tab calls in while it is
/// being filled in; what is missing is said by whoever needs it.

internal import ConnectorKit
internal import Glibc

struct Options: Sendable {
    enum Auth: String, Sendable { case consent, app, certificate }

    var settings: Pairs
    var auth: Auth
    var tenant: String
    var clientID: String
    var clientSecret: String
    var certificate: String
    var privateKey: String
    var authorityFile: String
    /// Only members of these groups become accounts; empty: everybody.
    var groups: [String]
    var contacts: Bool
    var userPurpose: Bool
    /// Days between full reads; 0: only when one is needed.
    var fullEvery: Int
    var attempts: Int
    var silence: Int
    var maxPages: Int

    init(_ settings: Pairs) {
        self.settings = settings
        auth = Auth(rawValue: settings.text("auth")) ?? .consent
        tenant = Text.lowered(settings.text("tenant_id"))
        // With consent the app registration is the operator's own, out of the configuration.
        func own(_ name: String, _ auth: Auth) -> String {
            let operators = settings.text("operator.\(name)")
            return auth == .consent && !operators.isEmpty ? operators : settings.text(name)
        }
        clientID = own("client_id", auth)
        clientSecret = own("client_secret", auth)
        certificate = Self.content(settings.text("certificate"))
        privateKey = settings.text("private_key")
        authorityFile = settings.text("ca_file")
        groups = settings.list("groups").flatMap { $0.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) }.map {
            line in
            let bytes = line.utf8.drop { $0 == 0x20 || $0 == 0x09 }
            return String(decoding: bytes.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed(), as: UTF8.self)
        }.filter { !$0.isEmpty }
        contacts = settings.isOn("contacts", standard: true)
        userPurpose = settings.isOn("user_purpose", standard: false)
        fullEvery = max(0, settings.number("full_every", standard: 7))
        attempts = min(20, max(1, settings.number("attempts", standard: 6)))
        silence = min(600, max(1, settings.number("timeout", standard: 60)))
        maxPages = max(1, settings.number("max_pages", standard: 100_000))
    }

    /// A certificate as it is, or the file that the command line names.
    private static func content(_ value: String) -> String {
        guard value.utf8.first == UInt8(ascii: "/"), let file = fopen(value, "re") else { return value }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The credentials that a request for a token needs, or what is missing.
    func requireCredentials(_ cloud: Cloud) throws(Stop) {
        switch auth {
        case .consent:
            // The operator's secret is not for whoever fills in this form to send where they like.
            guard settings.text("cloud") != "custom" || cloud.loginOrigin.isLoopback && cloud.graphOrigin.isLoopback
            else {
                throw .badSettings(
                    "cloud", "Rollcall's own app registration only signs in at Microsoft; here, use one of your own.")
            }
            guard !clientID.isEmpty, !clientSecret.isEmpty else {
                throw .badSettings(
                    "auth",
                    "This Rollcall has no app registration of its own for consent: the operator sets connectors.o365.client_id "
                        + "and client_secret in rollcall.yaml, or you sign in with your own app registration.")
            }
        case .app:
            try require(clientID, "client_id", "the application (client) ID of your app registration")
            try require(
                clientSecret, "client_secret", "a client secret of your app registration (its value, not its ID)")
        case .certificate:
            try require(clientID, "client_id", "the application (client) ID of your app registration")
            try require(certificate, "certificate", "the certificate of your app registration, in PEM")
            try require(privateKey, "private_key", "the certificate's private key, in PEM")
        }
    }

    func requireTenant() throws(Stop) {
        if tenant.isEmpty {
            guard auth != .consent else {
                throw .needConsent("No consent has been given yet: grant access, and come back.")
            }
            throw .badSettings("tenant_id", "The directory (tenant) ID is missing.")
        }
        // Rollcall's own app may read every tenant that granted it access, so here a tenant counts only as consent left it.
        if auth == .consent, settings.text("consented") != tenant {
            throw .needConsent("The tenant of this source was not set by a consent: grant access.")
        }
        guard Self.isTenant(tenant) else {
            throw .badSettings(
                "tenant_id", "A tenant is named by its ID, like 1b4e28ba-2fa1-11d2-883f-0016d3cca427, or its domain.")
        }
    }

    /// A GUID or a domain name; nothing that could change the path of a URL.
    static func isTenant(_ text: String) -> Bool {
        if text == "common" || text == "organizations" || text == "consumers" { return false }
        return text.utf8.count <= 255 && !text.isEmpty && !text.utf8.starts(with: [UInt8(ascii: ".")])
            && text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }
    }

    private func require(_ value: String, _ field: String, _ what: String) throws(Stop) {
        if value.isEmpty { throw .badSettings(field, "What is missing is \(what).") }
    }
}
