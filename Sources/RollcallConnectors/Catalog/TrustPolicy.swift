internal import Crypto
internal import Glibc

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Whose libraries are loaded (`connectors.policy`). Every policy demands that nobody but root (or, from `own` on, the
/// user who runs Rollcall) could have put the file there or can change it.
package struct TrustPolicy: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case root, own, pinned, signed
    }

    package let kind: Kind
    /// Ed25519 public keys, for `signed`.
    private let keys: [[UInt8]]

    package static let root = TrustPolicy(kind: .root, keys: [])
    package static let own = TrustPolicy(kind: .own, keys: [])
    package static let pinned = TrustPolicy(kind: .pinned, keys: [])

    private init(kind: Kind, keys: [[UInt8]]) {
        self.kind = kind
        self.keys = keys
    }

    /// From the configuration: the policy's word and, for `signed`, public keys in base64. `nil` for an unknown word, a
    /// key that is none, or `signed` without a key.
    package init?(_ word: String, keys: [String] = []) {
        guard let kind = Kind(rawValue: word) else { return nil }
        let decoded = keys.compactMap { Data(base64Encoded: $0).map { [UInt8]($0) } }.filter { $0.count == 32 }
        guard decoded.count == keys.count, kind != .signed || !decoded.isEmpty else { return nil }
        self.init(kind: kind, keys: decoded)
    }

    func trusts(owner: uid_t) -> Bool { owner == 0 || (kind != .root && owner == geteuid()) }

    /// Whether one of the keys has signed these bytes. The signature is 64 bytes, or their base64.
    func verifies(_ manifest: [UInt8], signature: [UInt8]) -> Bool {
        var raw = signature
        if raw.count != 64 {
            let text = String(decoding: signature.filter { $0 > 0x20 }, as: UTF8.self)
            guard let decoded = Data(base64Encoded: text), decoded.count == 64 else { return false }
            raw = [UInt8](decoded)
        }
        return keys.contains { key in
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
            return key.isValidSignature(raw, for: manifest)
        }
    }
}
