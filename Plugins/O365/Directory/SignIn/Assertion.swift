/// The signed statement that stands for a secret when one signs in with a certificate: a JWT by PS256, named by the
/// SHA-256 of the certificate, good for ten minutes and for one token address.

internal import CSigning
internal import ConnectorKit

struct Certificate {
    let fingerprint: [UInt8]
    /// Unix time.
    let end: Int

    init(_ pem: String) throws(Stop) {
        var sha = [UInt8](repeating: 0, count: 32)
        var end: Int64 = 0
        let bytes = Array(pem.utf8)
        guard rollcall_certificate(bytes, bytes.count, &sha, &end) == ROLLCALL_SIGNED else {
            throw .badSettings("certificate", "This is no certificate in PEM (-----BEGIN CERTIFICATE-----).")
        }
        fingerprint = sha
        self.end = Int(end)
    }

    func daysLeft(_ now: Int) -> Int { (end - now) / 86_400 }
}

enum Assertion {
    static func make(_ options: Options, audience: String, now: Int) throws(Stop) -> String {
        let certificate = try Certificate(options.certificate)
        guard certificate.end > now else {
            throw .badSettings(
                "certificate",
                "The certificate has expired \((now - certificate.end) / 86_400) days ago: upload a new one.")
        }
        let header = #"{"alg":"PS256","typ":"JWT","x5t#S256":"\#(Text.base64URL(certificate.fingerprint))"}"#
        let client = JSONValue.quoted(options.clientID)
        let claims =
            #"{"aud":\#(JSONValue.quoted(audience)),"iss":\#(client),"sub":\#(client),"jti":"\#(Text.newGUID())","#
            + #""nbf":\#(now - 30),"iat":\#(now),"exp":\#(now + 540)}"#
        let message = Text.base64URL(header.utf8) + "." + Text.base64URL(claims.utf8)
        return message + "." + Text.base64URL(try sign(message, options))
    }

    private static func sign(_ message: String, _ options: Options) throws(Stop) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 1024)
        var count = 0
        let (certificate, key, text) = (
            Array(options.certificate.utf8), Array(options.privateKey.utf8), Array(message.utf8)
        )
        let result = rollcall_ps256(
            certificate, certificate.count, key, key.count, text, text.count, &signature, &count)
        switch Int(result) {
        case ROLLCALL_SIGNED: return Array(signature.prefix(count))
        case ROLLCALL_NO_KEY:
            throw .badSettings(
                "private_key", "This is no private key in PEM without a passphrase (-----BEGIN PRIVATE KEY-----).")
        case ROLLCALL_NOT_RSA:
            throw .badSettings("private_key", "The key is not an RSA key; no other kind can sign in.")
        case ROLLCALL_NO_PAIR: throw .badSettings("private_key", "The private key does not belong to the certificate.")
        default: throw .failed("Signing with the private key failed.")
        }
    }
}
