/// What a server says of itself, before anything is asked of the directory.

internal import CLDAP
internal import ConnectorKit

enum Vendor: Sendable {
    case activeDirectory, openLDAP, netscape, domino, other

    var title: String {
        switch self {
        case .activeDirectory: "Active Directory"
        case .openLDAP: "OpenLDAP"
        case .netscape: "389 Directory Server"
        case .domino: "Domino"
        case .other: "LDAP server"
        }
    }
}

struct RootDSE: Sendable {
    var vendor: Vendor = .other
    var words = ""
    var namingContexts: [String] = []
    var defaultNamingContext = ""
    var controls: Set<String> = []
    var dnsHostName = ""
    /// Active Directory: the newest change number, and where this domain controller's settings are.
    var highestCommittedUSN: Int64?
    var dsServiceName = ""

    static func read(_ connection: Connection) throws(Stop) -> RootDSE {
        var root = RootDSE()
        let query = Query(
            base: "", scope: .base,
            attributes: [
                "objectClass", "vendorName", "vendorVersion", "namingContexts", "defaultNamingContext",
                "supportedControl",
                "supportedCapabilities", "dnsHostName", "highestCommittedUSN", "dsServiceName",
            ])
        let outcome = try connection.search(query) { entry in root.take(entry) }
        guard outcome.code == LDAP_SUCCESS else { throw connection.failure(outcome) }
        return root
    }

    private mutating func take(_ entry: EntryReader) {
        let name = entry.texts("vendorName").first ?? ""
        words = [name, entry.texts("vendorVersion").first ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        namingContexts = entry.texts("namingContexts")
        defaultNamingContext = entry.texts("defaultNamingContext").first ?? ""
        controls = Set(entry.texts("supportedControl"))
        dnsHostName = entry.texts("dnsHostName").first ?? ""
        highestCommittedUSN = entry.texts("highestCommittedUSN").first.flatMap { Int64($0) }
        dsServiceName = entry.texts("dsServiceName").first ?? ""
        if entry.texts("supportedCapabilities").contains("1.2.840.113556.1.4.800") {
            vendor = .activeDirectory
            if name.asciiLowercased.contains("samba") { words = "Samba" }
        } else if entry.texts("objectClass").contains(where: { $0.asciiLowercased == "openldaprootdse" }) {
            vendor = .openLDAP
        } else if name.asciiLowercased.hasPrefix("389") || words.asciiLowercased.hasPrefix("389-directory") {
            vendor = .netscape
        } else if name.asciiLowercased.contains("lotus") || words.asciiLowercased.contains("domino") {
            vendor = .domino
        }
    }

    /// The naming context that holds `base`, whose top entry carries what is kept of the whole.
    func context(of base: String) -> String? {
        let base = base.compactName
        return namingContexts.first {
            let context = $0.compactName
            return !context.isEmpty && (base == context || base.hasSuffix("," + context))
        }
    }
}

extension String {
    /// A DN of a setting in one spelling, good enough to compare ends.
    var compactName: String {
        var bytes: [UInt8] = []
        for byte in asciiLowercased.utf8 {
            if byte == UInt8(ascii: " "), bytes.last == UInt8(ascii: ",") || bytes.last == UInt8(ascii: "=") {
                continue
            }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
