internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// Passwords: only a verifier is kept, made by scrypt with parameters that cost an attacker memory. The parameters stand
/// in the verifier, and are believed only within bounds: a planted one must not exhaust this machine.
package enum Passwords {
    /// N = 2^17, r = 8, p = 1: 128 MiB for a third of a second.
    package struct Cost: Sendable, Equatable {
        package var log2: Int
        package var parallelism: Int

        package static let standard = Cost(log2: 17, parallelism: 1)
        /// For tests, where the cost is of no interest.
        package static let light = Cost(log2: 10, parallelism: 1)
    }

    package static func verifier(_ password: String, cost: Cost = .standard) throws -> String {
        var salt = [UInt8](repeating: 0, count: 16)
        for index in salt.indices { salt[index] = .random(in: 0...255) }
        let hash = try derive(password, salt, cost)
        return "$scrypt$ln=\(cost.log2),r=8,p=\(cost.parallelism)$\(base64(salt))$\(base64(hash))"
    }

    package static func matches(_ password: String, _ verifier: String) throws -> Bool {
        let parts = verifier.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let cost = cost(parts[1]), let salt = data(parts[2]),
            let wanted = data(parts[3]), wanted.count == 32
        else { return false }
        let hash = try derive(password, salt, cost)
        // Every byte is looked at, whatever the first ones say.
        return zip(hash, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a verifier should be made anew with what is the standard now.
    static func isWeak(_ verifier: String, _ cost: Cost) -> Bool {
        let parts = verifier.split(separator: "$")
        guard parts.count == 4, let old = self.cost(parts[1]) else { return true }
        return old.log2 < cost.log2
    }

    /// Why this cannot be a password; `nil`: it can. The domains are those that are kept here.
    package static func flaw(_ password: String, name: String, domains: [String] = []) -> String? {
        let length = password.unicodeScalars.count
        if length < 12 { return "A password has at least 12 characters; this one has \(length)." }
        if length > 128 { return "A password has at most 128 characters; this one has \(length)." }
        let folded = password.lowercased()
        if Set(folded.unicodeScalars).count < 4 || CommonPasswords.contains(folded) {
            return "This password is one of the first that would be tried."
        }
        if ContextWords.carry(folded, [name] + domains.flatMap(ContextWords.of)) {
            return "This password is little more than a name that is known here."
        }
        return nil
    }

    /// Four groups of five letters and digits without those that look alike: 100 bit.
    package static func oneTime() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789x".utf8)
        return (0..<4).map { _ in
            String(decoding: (0..<5).map { _ in letters[Int.random(in: 0..<32)] }, as: UTF8.self)
        }.joined(separator: "-")
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.log2,
            blockSize: 8, parallelism: cost.parallelism, maxMemory: 512 << 20)
        return key.withUnsafeBytes { Array($0) }
    }

    private static func cost(_ text: Substring) -> Cost? {
        var values: [Substring: Int] = [:]
        for pair in text.split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let number = Int(sides[1]) else { return nil }
            values[sides[0]] = number
        }
        guard let log2 = values["ln"], (4...18).contains(log2), values["r"] == 8, let p = values["p"],
            (1...4).contains(p)
        else { return nil }
        return Cost(log2: log2, parallelism: p)
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
    private static func data(_ text: Substring) -> [UInt8]? { Data(base64Encoded: String(text)).map { Array($0) } }
}
