internal import FoundationEssentials
internal import RollcallCore
internal import RollcallStore

/// LDIF (RFC 2849) with the attributes that the generic connector reads by itself. Values that LDIF cannot hold as they
/// are stand in base64.
struct LDIFExport: ExportDocument {
    let header = Array("version: 1\n".utf8)

    // A comment needs an empty line before it, or it would be one of the record above.
    func begin(_ stamp: ExportStamp) -> [UInt8] { Array("\n\(stamp.line)".utf8) }

    func append(_ entry: Entry, _ domain: Domain, to bytes: inout [UInt8]) {
        let domain = domain.name
        bytes.append(0x0A)
        Self.line("dn", Self.name(entry.primary, domain), to: &bytes)
        Self.line("objectClass", entry.isList ? "groupOfNames" : "inetOrgPerson", to: &bytes)
        Self.line("cn", entry.name.isEmpty ? entry.primary : entry.name, to: &bytes)
        Self.line("mail", entry.primary, to: &bytes)
        Self.line("proxyAddresses", "SMTP:" + entry.primary, to: &bytes)
        for alias in entry.aliases { Self.line("proxyAddresses", "smtp:" + alias, to: &bytes) }
        if !entry.objectID.isEmpty { Self.line("entryUUID", entry.objectID, to: &bytes) }
        for member in entry.members { Self.line("member", Self.name(member, domain), to: &bytes) }
    }

    /// A name for the entry: its address, escaped by RFC 4514, under the domain.
    private static func name(_ address: String, _ domain: String) -> String {
        var value: [UInt8] = []
        for byte in address.utf8 {
            if ",+\"\\<>;=#".utf8.contains(byte) { value.append(UInt8(ascii: "\\")) }
            value.append(byte)
        }
        let base = domain.split(separator: ".").map { "dc=" + $0 }.joined(separator: ",")
        return "mail=\(String(decoding: value, as: UTF8.self)),\(base)"
    }

    private static func line(_ attribute: String, _ value: String, to bytes: inout [UInt8]) {
        let utf8 = Array(value.utf8)
        let unsafeStart: Set<UInt8> = [0x20, 0x3A, 0x3C]
        let isSafe =
            utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && utf8.first.map { !unsafeStart.contains($0) } != false
            && utf8.last != 0x20
        bytes += attribute.utf8
        bytes += isSafe ? ": ".utf8 : ":: ".utf8
        bytes += isSafe ? utf8 : Array(Data(utf8).base64EncodedString().utf8)
        bytes.append(0x0A)
    }
}
