/// A private certificate authority, with the certificates that a server may have and some that it must not.
internal import Foundation
package import TestSupport

package final class TestAuthority {
    package let folder: String
    package var authority: String { "\(folder)/ca.pem" }

    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    package init(_ fixture: Fixture) throws {
        folder = try fixture.temporaryDirectory("rollcall-ca")
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
            "/CN=Rollcall Test CA", "-keyout", "\(folder)/ca.key", "-out", authority, "-addext",
            "keyUsage=critical,keyCertSign,cRLSign")
    }

    /// Signed by the authority, for these names (`DNS:…`, `IP:…`), valid from and until so many days from now.
    package func certificate(
        _ name: String, for names: [String] = ["IP:127.0.0.1", "DNS:directory.test"], from: Int = -1, until: Int = 30
    ) throws -> Pair {
        let pair = Pair(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", pair.key, "-out", "\(folder)/\(name).csr")
        try FileManager.default.createDirectory(atPath: "\(folder)/\(name).d", withIntermediateDirectories: true)
        for (file, text) in [
            ("index.txt", ""), ("serial", "\(UInt32.random(in: 4096 ... .max))".hex + "\n"),
            (
                "ca.cnf",
                """
                [ca]
                default_ca = own
                [own]
                database = \(folder)/\(name).d/index.txt
                serial = \(folder)/\(name).d/serial
                new_certs_dir = \(folder)/\(name).d
                certificate = \(authority)
                private_key = \(folder)/ca.key
                default_md = sha256
                policy = any
                x509_extensions = leaf
                unique_subject = no
                [any]
                commonName = supplied
                [leaf]
                subjectAltName = \(names.joined(separator: ","))
                extendedKeyUsage = serverAuth
                """
            ),
        ] {
            try text.write(toFile: "\(folder)/\(name).d/\(file)", atomically: true, encoding: .utf8)
        }
        try openssl(
            "ca", "-batch", "-config", "\(folder)/\(name).d/ca.cnf", "-in", "\(folder)/\(name).csr", "-out",
            pair.certificate, "-notext", "-startdate", Self.time(days: from), "-enddate", Self.time(days: until))
        return pair
    }

    /// Signed by itself.
    package func selfSigned(_ name: String) throws -> Pair {
        let pair = Pair(certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
            "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", pair.key, "-out", pair.certificate)
        return pair
    }

    private func openssl(_ words: String...) throws { try Shell.run(["openssl"] + words) }

    private static func time(days: Int) -> String {
        let format = DateFormatter()
        format.dateFormat = "yyyyMMddHHmmss'Z'"
        format.timeZone = TimeZone(identifier: "UTC")
        format.locale = Locale(identifier: "en_US_POSIX")
        return format.string(from: Date().addingTimeInterval(Double(days) * 86400))
    }
}

extension String {
    /// Decimal digits are hex digits; an even number of them is what a serial wants.
    fileprivate var hex: String { utf8.count % 2 == 0 ? self : "0" + self }
}
