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

    /// The hash of a file that has not changed since it was last asked for.
    func sha256(of file: TrustedFile) -> String? {
        if let known = state.withLock({ $0.hashes[file.identity] }) { return known }
        guard let hash = file.sha256() else { return nil }
        state.withLock { $0.hashes[file.identity] = hash }
        return hash
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
        guard let folder, let path = path(sha256), let data = try? JSONEncoder().encode(entry) else { return }
        mkdir(folder, 0o700)
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
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
