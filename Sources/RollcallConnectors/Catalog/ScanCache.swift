internal import Glibc
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Remembers what libraries said about themselves, so that a catalog that is asked every ten seconds loads none of them
/// again. A library is recognised by device, inode, size, time of change and hash; anything else is another library.
/// On disk it is a cache and no more: what cannot be read or written is scanned again.
final class ScanCache: Sendable {
    struct Entry: Codable, Sendable {
        var identity: TrustedFile.Identity
        var sha256: String
        var tables: [ScannedTable]
    }

    private struct State: Sendable {
        var hashes: [TrustedFile.Identity: String] = [:]
        var entries: [String: Entry] = [:]
        var failures: [String: String] = [:]
    }

    private let folder: String?
    private let state = Mutex(State())

    init(folder: String?) { self.folder = folder }

    private struct Hash: Codable {
        var identity: TrustedFile.Identity
        var sha256: String
    }

    /// The hash of a file that has not changed since it was last asked for: by this process, or by one before, if that
    /// is good enough.
    func sha256(of file: TrustedFile, fromDisk: Bool) -> String? {
        let identity = file.identity
        if let known = state.withLock({ $0.hashes[identity] }) { return known }
        let path = fromDisk ? folder.map { "\($0)/\(identity.device)-\(identity.inode).sha256" } : nil
        var hash: String?
        if let path, let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
            let known = try? JSONDecoder().decode(Hash.self, from: data), known.identity == identity
        {
            hash = known.sha256
        } else {
            hash = file.sha256()
            if let hash, let path { write(Hash(identity: identity, sha256: hash), path) }
        }
        state.withLock { $0.hashes[identity] = hash }
        return hash
    }

    private func write(_ value: some Encodable, _ path: String) {
        guard let folder, let data = try? JSONEncoder().encode(value) else { return }
        mkdir(folder, 0o700)
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    func tables(_ identity: TrustedFile.Identity, _ sha256: String) -> [ScannedTable]? {
        if let entry = state.withLock({ $0.entries[sha256] }), entry.identity == identity { return entry.tables }
        guard let path = path(sha256), let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
            let entry = try? JSONDecoder().decode(Entry.self, from: data), entry.identity == identity,
            entry.sha256 == sha256
        else { return nil }
        state.withLock { $0.entries[sha256] = entry }
        return entry.tables
    }

    func keep(_ tables: [ScannedTable], _ identity: TrustedFile.Identity, _ sha256: String) {
        let entry = Entry(identity: identity, sha256: sha256, tables: tables)
        state.withLock { $0.entries[sha256] = entry }
        if let path = path(sha256) { write(entry, path) }
    }

    /// A library that could not be scanned is not tried again until it changes.
    func failure(_ identity: TrustedFile.Identity, _ sha256: String) -> String? {
        state.withLock { $0.failures["\(identity) \(sha256)"] }
    }

    func keepFailure(_ text: String, _ identity: TrustedFile.Identity, _ sha256: String) {
        state.withLock { $0.failures["\(identity) \(sha256)"] = text }
    }

    private func path(_ sha256: String) -> String? { folder.map { "\($0)/\(sha256).json" } }
}
