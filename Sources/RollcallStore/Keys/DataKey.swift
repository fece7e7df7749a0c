internal import Crypto
internal import FoundationEssentials
internal import RollcallCore

/// The one key by which a store's secrets are sealed, itself wrapped by the key ring: changing the ring's key re-wraps
/// one row. Both seals are bound to the store, and a secret's also to its owner and field, so that a row that is moved
/// or swapped does not open.
///
///     secret   u8 1 · u32 data key's id · nonce(12) · ciphertext · tag(16)
///     data key u8 1 · u32 ring key's id · nonce(12) · ciphertext · tag(16)
struct DataKey {
    private let key: SymmetricKey
    private let storeID: [UInt8]
    private let location: KeyLocation

    private static let row = "data.key"
    private static let id: UInt32 = 1

    static func isThere(_ db: any Database) throws -> Bool { try Meta.get(db, row) != nil }

    static func load(_ db: any Database, _ ring: KeyRing) throws -> DataKey {
        guard let wrapped = try Meta.get(db, row) else {
            throw StoreError(
                .corrupt, "the store has secrets, but not the key that opens them", hint: "restore a backup")
        }
        let storeID = try Meta.storeID(db)
        guard let ringID = Envelope.keyID(wrapped) else {
            throw StoreError(.corrupt, "the store's data key is damaged", hint: "restore a backup")
        }
        let key = try ring.key(ringID)
        guard let bytes = Envelope.open(wrapped, key, context(storeID, ringID)), bytes.count == 32 else {
            throw KeyRing.sealed(
                ring.location, "has another key \(ringID) than the one that sealed them", hint: "put the right one back"
            )
        }
        return DataKey(key: SymmetricKey(data: bytes), storeID: storeID, location: ring.location)
    }

    static func loadOrMake(_ db: any Database, _ ring: KeyRing) throws -> DataKey {
        if try isThere(db) { return try load(db, ring) }
        let key = DataKey(key: SymmetricKey(size: .bits256), storeID: try Meta.storeID(db), location: ring.location)
        try key.wrap(db, ring)
        return key
    }

    /// Wraps the key by the ring's writing key.
    func wrap(_ db: any Database, _ ring: KeyRing) throws {
        let writing = try ring.writing
        let wrapped = try key.withUnsafeBytes {
            try Envelope.seal($0, writing.key, keyID: writing.id, Self.context(storeID, writing.id))
        }
        try Meta.set(db, Self.row, wrapped)
    }

    func seal(_ secret: Secret, owner: SecretOwner, field: String) throws -> [UInt8] {
        try secret.withBytes { try Envelope.seal($0, key, keyID: Self.id, context(owner, field)) }
    }

    func open(_ sealed: [UInt8], owner: SecretOwner, field: String) throws -> Secret {
        guard Envelope.keyID(sealed) == Self.id, let bytes = Envelope.open(sealed, key, context(owner, field)) else {
            throw StoreError(
                .sealed, "the secret \(field) does not open: it was changed in the store, or belongs elsewhere",
                hint: "enter it again with `rollcall source secret`")
        }
        SecretRegistry.shared.add(bytes)
        return Secret(bytes)
    }

    private static func context(_ storeID: [UInt8], _ ringID: UInt32) -> [UInt8] {
        var bytes = Array("rollcall/data-key/1".utf8) + storeID
        bytes.append(number: ringID)
        return bytes
    }

    private func context(_ owner: SecretOwner, _ field: String) -> [UInt8] {
        var bytes = Array("rollcall/secret/1".utf8) + storeID
        bytes.append(text: owner.kind)
        bytes.append(number: owner.id)
        bytes.append(text: field)
        bytes.append(number: Self.id)
        return bytes
    }
}

/// AES-256-GCM with a random nonce, behind a version and the key's id.
private enum Envelope {
    static func keyID(_ bytes: [UInt8]) -> UInt32? {
        guard bytes.count >= 5 + 12 + 16, bytes[0] == 1 else { return nil }
        return bytes[1..<5].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func seal(
        _ plain: UnsafeRawBufferPointer, _ key: SymmetricKey, keyID: UInt32, _ context: [UInt8]
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key, authenticating: context)
        var bytes: [UInt8] = [1]
        bytes.append(number: keyID)
        bytes.append(contentsOf: box.nonce)
        bytes.append(contentsOf: box.ciphertext)
        bytes.append(contentsOf: box.tag)
        return bytes
    }

    static func open(_ bytes: [UInt8], _ key: SymmetricKey, _ context: [UInt8]) -> Data? {
        guard bytes.count >= 5 + 12 + 16, let box = try? AES.GCM.SealedBox(combined: bytes[5...]) else { return nil }
        return try? AES.GCM.open(box, using: key, authenticating: context)
    }
}
