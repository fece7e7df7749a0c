/// A second look at a certificate that was refused, to name the check that failed: GnuTLS tells libldap nothing but
/// "can't contact". Only for the message; what decides is the handshake that has failed already.

internal import CLDAP
internal import ConnectorKit

struct Certificate {
    var notBefore: String
    var notAfter: String
    var names: [String]
    var addresses: [[UInt8]]
    var isSelfSigned: Bool

    static func whyRefused(_ connection: Connection) -> Stop {
        let server = connection.server
        let detail = connection.diagnostic
        let unknown = Stop.badSettings(
            "ca_file", "The certificate of \(server.shown) was refused, or it speaks no TLS 1.2 or later.",
            detail: detail)
        let second: Connection
        do {
            second = try Connection(inspecting: server, connection.options, connection.host)
        } catch {
            if error.status == .cancelled { return error }
            return .unavailable("\(server.shown) does not speak TLS as it should.", detail: detail)
        }
        var der = berval()
        guard rollcall_ldap_certificate(second.handle, &der) == LDAP_OPT_SUCCESS, let start = der.bv_val else {
            return unknown
        }
        defer { ber_memfree(start) }
        guard let certificate = Certificate(der: Array(UnsafeRawBufferPointer(start: start, count: Int(der.bv_len))))
        else { return unknown }
        return certificate.flaw(for: server, now: timestampNow(), authority: connection.options.authorityFile)
            .stop(detail: detail)
    }

    struct Flaw: Equatable {
        var field: String
        var text: String
        func stop(detail: String) -> Stop { .badSettings(field, text, detail: detail) }
    }

    /// The first check that fails, in the order a person would want to hear.
    func flaw(for server: Server, now: String, authority: String) -> Flaw {
        let subject = "The certificate of \(server.shown)"
        if now < notBefore {
            return Flaw(field: "servers", text: "\(subject) is not valid before \(notBefore.shownTime).")
        }
        if now > notAfter { return Flaw(field: "servers", text: "\(subject) expired on \(notAfter.shownTime).") }
        if !fits(server.host) {
            let others = names.prefix(3).joined(separator: ", ")
            return Flaw(
                field: "servers",
                text: "\(subject) is for another host" + (others.isEmpty ? "." : ": \(others)."))
        }
        if isSelfSigned {
            return Flaw(
                field: "ca_file", text: "\(subject) is self-signed; give it as the certificate authority to trust it.")
        }
        let trusted = authority.isEmpty ? "an authority that the system trusts" : "an authority of \(authority)"
        return Flaw(field: "ca_file", text: "\(subject) is not signed by \(trusted).")
    }

    private func fits(_ host: String) -> Bool {
        let host = host.asciiLowercased
        if let address = Self.addressBytes(host) { return addresses.contains(address) }
        return names.contains { name in
            let name = name.asciiLowercased
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst()
        }
    }

    static func addressBytes(_ host: String) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, host, &room) == 1 { return Array(room.prefix(4)) }
        return inet_pton(AF_INET6, host, &room) == 1 ? room : nil
    }
}

internal import Glibc

/// The time now as `YYYYMMDDhhmmssZ`, which compares as text.
func timestampNow(_ offset: Int64 = 0) -> String {
    var seconds = time_t(secondsNow() + offset)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(parts.tm_year + 1900)\(two(parts.tm_mon + 1))\(two(parts.tm_mday))"
        + "\(two(parts.tm_hour))\(two(parts.tm_min))\(two(parts.tm_sec))Z"
}

extension String {
    /// `20260504…` as 2026-05-04.
    fileprivate var shownTime: String {
        let digits = Array(utf8)
        guard digits.count >= 8 else { return self }
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
    }
}

// MARK: Reading X.509

extension Certificate {
    /// Just what the message needs: validity, subject alternative names (else the common name), subject and issuer.
    init?(der: [UInt8]) {
        guard let outer = DER.sequence(der[...]), let body = outer.first(where: { $0.tag == 0x30 }),
            let parts = DER.items(body.content)
        else { return nil }
        var fields = parts[...]
        if fields.first?.tag == 0xA0 { fields = fields.dropFirst() }
        // serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, then extensions.
        let list = Array(fields)
        guard list.count >= 6, let validity = DER.items(list[3].content), validity.count == 2 else { return nil }
        notBefore = Self.time(validity[0])
        notAfter = Self.time(validity[1])
        isSelfSigned = Array(list[2].content) == Array(list[4].content)
        names = []
        addresses = []
        if let wrapper = list.first(where: { $0.tag == 0xA3 }), let extensions = DER.sequence(wrapper.content) {
            for each in extensions { readAlternativeNames(each) }
        }
        if names.isEmpty, addresses.isEmpty { names = Self.commonNames(list[4]) }
    }

    private mutating func readAlternativeNames(_ each: DER.Item) {
        guard let parts = DER.items(each.content), let id = parts.first, Array(id.content) == [0x55, 0x1D, 0x11],
            let octets = parts.last, octets.tag == 0x04, let general = DER.sequence(octets.content)
        else { return }
        for name in general {
            if name.tag == 0x82 { names.append(String(decoding: name.content, as: UTF8.self)) }
            if name.tag == 0x87 { addresses.append(Array(name.content)) }
        }
    }

    private static func commonNames(_ subject: DER.Item) -> [String] {
        (DER.items(subject.content) ?? []).compactMap { set in
            guard let pair = DER.items(set.content)?.first, let parts = DER.items(pair.content), parts.count == 2,
                Array(parts[0].content) == [0x55, 0x04, 0x03]
            else { return nil }
            return String(decoding: parts[1].content, as: UTF8.self)
        }
    }

    /// UTCTime has a two-digit year: 50 and later is the last century.
    private static func time(_ item: DER.Item) -> String {
        let text = String(decoding: item.content, as: UTF8.self)
        guard item.tag == 0x17 else { return text }
        return (text.utf8.first.map { $0 >= UInt8(ascii: "5") } == true ? "19" : "20") + text
    }
}
