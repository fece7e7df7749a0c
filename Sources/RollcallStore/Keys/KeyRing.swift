internal import Crypto
internal import FoundationEssentials
internal import Glibc
package import RollcallCore
internal import Synchronization

/// The keys that wrap a store's data key. They lie beside the store, never in it: lines of `id base64(32 bytes)
/// created`. The highest id writes, all others still read, so that a rotation never locks anybody out.
///
/// A missing ring is made only for a store that holds no secret yet: with secrets, a new ring would only hide that the
/// right one is gone.
package final class KeyRing: Sendable {
    package let location: KeyLocation
    private let keys: Mutex<[UInt32: SymmetricKey]>

    private init(_ location: KeyLocation, _ keys: [UInt32: SymmetricKey]) {
        self.location = location
        self.keys = Mutex(keys)
    }

    /// Opens the ring of this store, or makes it at first use.
    package static func open(_ location: KeyLocation, for store: Store, at now: Timestamp) throws -> KeyRing {
        if location.path.map(Files.exists) != true {
            guard case .file(let path) = location, try !store.read({ try DataKey.isThere($0) }) else {
                throw sealed(
                    location, "is not there", hint: "put it back; secrets in the store can be opened by it alone")
            }
            try make(path, now)
        }
        return KeyRing(location, try load(location))
    }

    /// Opens a ring that must be there.
    package static func open(_ location: KeyLocation) throws -> KeyRing { KeyRing(location, try load(location)) }

    /// The key that writes.
    var writing: (id: UInt32, key: SymmetricKey) {
        get throws {
            let highest = keys.withLock { keys in keys.keys.max().flatMap { id in keys[id].map { (id, $0) } } }
            guard let highest else { throw Self.sealed(location, "holds no key", hint: "put the right one back") }
            return highest
        }
    }

    /// A key by its id; the file is read again for one that another process has added since.
    func key(_ id: UInt32) throws -> SymmetricKey {
        if let key = keys.withLock({ $0[id] }) { return key }
        let fresh = try Self.load(location)
        keys.withLock { $0 = fresh }
        guard let key = fresh[id] else {
            throw Self.sealed(
                location, "does not hold key \(id), by which the store's secrets are sealed",
                hint: "put the right one back")
        }
        return key
    }

    /// Adds a key, which writes from now on.
    func add(at now: Timestamp) throws {
        guard case .file(let path) = location else {
            throw StoreError(
                .usage, "the key ring \(location) is a credential, which rollcall cannot change",
                hint: "add a line to the credential, start anew, and run `rollcall store rekey --existing`")
        }
        let current = try Self.load(location)
        let id = (current.keys.max() ?? 0) + 1
        var text = try Self.read(path, location)
        if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
        let key = SymmetricKey(size: .bits256)
        text += Self.line(id, key, now)
        do {
            try Files.write(text, to: path, replacing: true)
        } catch {
            throw StoreError(
                .other, "writing the key ring \(path) failed: \(error.reason)", hint: "the old one is unchanged")
        }
        let fresh = try Self.load(location)
        keys.withLock { $0 = fresh }
    }

    // MARK: The file

    private static func make(_ path: String, _ now: Timestamp) throws {
        let folder = Files.folder(of: path)
        if !Files.exists(folder), mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw StoreError(
                .permission, "making the folder of the key ring \(path) failed: \(String(cString: strerror(errno)))",
                hint: "make it first, or set keys: file:PATH")
        }
        do {
            try Files.write(line(1, SymmetricKey(size: .bits256), now), to: path, replacing: false)
        } catch {
            // Another process was faster: its ring is as good.
            guard error.code != EEXIST else { return }
            throw StoreError(
                error.code == ENOSPC ? .full : .permission, "making the key ring \(path) failed: \(error.reason)",
                hint: "rollcall must be able to write its folder once")
        }
    }

    private static func line(_ id: UInt32, _ key: SymmetricKey, _ now: Timestamp) -> [UInt8] {
        let text = key.withUnsafeBytes { Data($0).base64EncodedString() }
        return Array("\(id) \(text) \(now)\n".utf8)
    }

    private static func read(_ path: String, _ location: KeyLocation) throws -> [UInt8] {
        guard let status = Files.status(path) else { throw sealed(location, "is not there", hint: "put it back") }
        let mode = status.st_mode & 0o777
        guard mode == 0o600 || mode == 0o400 else {
            throw sealed(
                location, "has the mode \(String(mode, radix: 8)), so others may have read it",
                hint: "chmod 600 \(path); then `rollcall store rekey`, and change the passwords if somebody did")
        }
        guard Files.isOurs(path, status) else {
            throw sealed(location, "is owned by another user", hint: "chown it to the user who runs rollcall")
        }
        do {
            return try Files.read(path, limit: 1 << 20)
        } catch {
            throw sealed(location, "cannot be read: \(error.reason)", hint: "run as the user who owns it")
        }
    }

    private static func load(_ location: KeyLocation) throws -> [UInt32: SymmetricKey] {
        guard let path = location.path else {
            throw sealed(location, "was not handed in", hint: "start rollcall with LoadCredential= in its unit")
        }
        var keys: [UInt32: SymmetricKey] = [:]
        for (index, line) in try read(path, location).split(separator: UInt8(ascii: "\n")).enumerated() {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            if words.isEmpty || words[0].utf8.first == UInt8(ascii: "#") { continue }
            guard words.count >= 2, let id = UInt32(words[0]), id > 0, keys[id] == nil,
                let key = Data(base64Encoded: words[1]), key.count == 32
            else {
                throw sealed(
                    location, "has a line \(index + 1) that is no key", hint: "a line is: id, base64 of 32 bytes, time")
            }
            SecretRegistry.shared.add(key)
            keys[id] = SymmetricKey(data: key)
        }
        guard !keys.isEmpty else { throw sealed(location, "holds no key", hint: "put the right one back") }
        return keys
    }

    static func sealed(_ location: KeyLocation, _ what: String, hint: String) -> StoreError {
        StoreError(.sealed, "the secrets stay sealed: the key ring \(location) \(what)", hint: hint)
    }
}
