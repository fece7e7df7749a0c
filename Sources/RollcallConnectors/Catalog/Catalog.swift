internal import Glibc
internal import RollcallCore

/// All connectors that can be found, each with what may be known about it without running it, and whether it may be
/// used. Order: find, judge, then open. A scan never throws: what is wrong with one connector is that connector's state
/// and reason, and no other's.
package final class Catalog: Sendable {
    private let paths: [String]
    private let policy: TrustPolicy
    private let pins: any PinBook
    private let cache: ScanCache
    private let scanner: Scanner

    /// - Parameters:
    ///   - paths: The directories to look in, the first one first. Absolute.
    ///   - cache: A folder for what scans found; `nil` keeps it in memory.
    ///   - executable: The program that has the `worker` command.
    package init(paths: [String], policy: TrustPolicy, pins: some PinBook, cache: String?, executable: String) {
        self.paths = paths
        self.policy = policy
        self.pins = pins
        self.cache = ScanCache(folder: cache)
        scanner = Scanner(executable: executable)
    }

    package func scan() -> [ConnectorInfo] {
        var found: [ConnectorInfo] = []
        for path in paths {
            let names = Self.list(path)
            var claimed = Set<String>()
            for name in names where name.hasSuffix(".json") {
                let info = connector(manifest: path + "/" + name, stem: String(name.dropLast(5)))
                claimed.insert(info.library)
                found.append(info)
            }
            for name in names where name.hasSuffix(".so") && !claimed.contains(path + "/" + name) {
                let stem = String(name.dropLast(3))
                var info = ConnectorInfo(id: stem, library: path + "/" + name)
                info.state = .broken
                info.reason = "There is no manifest \(stem).json beside \(name)."
                found.append(info)
            }
        }
        return Self.markDoubled(found)
    }

    /// One that can be used, or why not.
    package func connector(_ id: String) throws(ConnectorFailure) -> ConnectorInfo {
        if let ready = find(id) { return ready }
        let all = scan()
        guard let info = all.first(where: { $0.id == id && $0.state == .ready }) ?? all.first(where: { $0.id == id })
        else {
            let near = Nearest.word(to: id, among: all.map(\.id)).map { " Did you mean \($0)?" } ?? ""
            throw ConnectorFailure(
                Problem(.failed, text: "There is no connector \(id).\(near)"),
                hint:
                    "Rollcall looks in \(paths.joined(separator: ", ")); `rollcall connector list` shows what is there."
            )
        }
        guard info.state == .ready else {
            throw ConnectorFailure(
                Problem(.failed, text: "The connector \(id) is \(info.state.rawValue): \(info.reason ?? "")"),
                hint: info.state == .untrusted || info.state == .quarantined
                    ? "If you trust this file: rollcall connector allow \(id)"
                    : "rollcall connector check \(info.library)")
        }
        return info
    }

    /// The first that is ready, without a look at the libraries of others.
    private func find(_ id: String) -> ConnectorInfo? {
        let quoted = Array("\"\(id)\"".utf8)
        for path in paths {
            for name in Self.list(path) where name.hasSuffix(".json") {
                guard let bytes = try? open(path + "/" + name).read(most: Manifest.mostBytes),
                    bytes.firstRange(of: quoted) != nil
                else { continue }
                let info = connector(manifest: path + "/" + name, stem: String(name.dropLast(5)))
                if info.id == id, info.state == .ready { return info }
            }
        }
        return nil
    }

    private func connector(manifest path: String, stem: String) -> ConnectorInfo {
        var info = ConnectorInfo(id: stem, library: Sandbox.folder(of: path) + "/" + stem + ".so")
        do throws(Verdict) {
            let (manifest, bytes) = try read(manifest: path)
            describe(manifest, in: Sandbox.folder(of: path), stem, &info)
            try judge(manifest, bytes, path, &info)
            try ask(&info)
        } catch {
            info.state = error.state
            info.reason = error.reason
        }
        return info
    }

    struct Verdict: Error {
        let state: ConnectorInfo.State
        let reason: String
        init(_ state: ConnectorInfo.State, _ reason: String) {
            self.state = state
            self.reason = reason
        }
    }

    private func open(_ path: String) throws(Verdict) -> TrustedFile {
        do throws(TrustedFile.Flaw) { return try TrustedFile(path, policy: policy) } catch {
            throw Verdict(error.isMissing ? .broken : .untrusted, error.text)
        }
    }

    private func read(manifest path: String) throws(Verdict) -> (Manifest, [UInt8]) {
        guard let bytes = try open(path).read(most: Manifest.mostBytes) else {
            throw Verdict(
                .broken, "The manifest \(path) cannot be read, or is longer than \(Manifest.mostBytes) bytes.")
        }
        do throws(Manifest.Flaw) { return (try Manifest(bytes), bytes) } catch { throw Verdict(.broken, error.text) }
    }

    private func describe(_ manifest: Manifest, in folder: String, _ stem: String, _ info: inout ConnectorInfo) {
        info = ConnectorInfo(id: manifest.id, library: folder + "/" + (manifest.library ?? stem + ".so"))
        info.name = manifest.name ?? manifest.id
        info.version = manifest.version ?? ""
        info.publisher = manifest.publisher
        info.licence = manifest.licence
        info.abi = manifest.abi
        info.needs = manifest.needs
        info.ports = manifest.ports
        info.consentHosts = manifest.consentHosts
        // Good enough to show the form of a connector that cannot run at present.
        info.tab = manifest.tab.flatMap { try? TabDocument(tree: $0) }
    }

    private func judge(
        _ manifest: Manifest, _ bytes: [UInt8], _ path: String, _ info: inout ConnectorInfo
    ) throws(Verdict) {
        let library = try open(info.library)
        // Where the hash itself is what is trusted, it is not taken from a file.
        let isOwnerTrusted = policy.kind == .root || policy.kind == .own
        guard let hash = cache.sha256(of: library, fromDisk: isOwnerTrusted) else {
            throw Verdict(.broken, "\(info.library) cannot be read.")
        }
        info.sha256 = hash
        if let expected = manifest.sha256, expected != hash {
            throw Verdict(.untrusted, "\(info.library) is not the file that its manifest names: its sha256 is \(hash).")
        }
        if policy.kind == .signed {
            guard manifest.sha256 != nil else {
                throw Verdict(
                    .untrusted, "The manifest names no sha256, so its signature would say nothing of the library.")
            }
            guard let signature = try open(path + ".sig").read(most: 1024), policy.verifies(bytes, signature: signature)
            else {
                throw Verdict(.untrusted, "\(path).sig is no signature of the manifest by a key in connectors.keys.")
            }
        }
        let pin = pins.pinned(info.id)
        if let pin, pin != hash {
            throw Verdict(
                .untrusted, "\(info.library) has changed since it was allowed; if that was an update, confirm it.")
        }
        if policy.kind == .pinned, pin == nil {
            throw Verdict(.untrusted, "It has not been allowed yet (policy pinned).")
        }
        if let reason = pins.quarantine(info.id, sha256: hash) { throw Verdict(.quarantined, reason) }
    }

    /// What the library says about itself, which must fit what the manifest says.
    private func ask(_ info: inout ConnectorInfo) throws(Verdict) {
        let identity = try open(info.library).identity
        let tables = try tables(info, identity)
        guard let table = tables.first(where: { $0.id == info.id }) else {
            let ids = tables.map(\.id).joined(separator: ", ")
            throw Verdict(
                .broken, "The library says it is \(ids.isEmpty ? "nothing" : ids), its manifest says \(info.id).")
        }
        try Self.judge(table)
        info.version = table.version
        info.abi = "\(table.abi >> 16).\(table.abi & 0xFFFF)"
        info.flags = ConnectorInfo.Flags(rawValue: table.flags)
        info.settingsVersion = table.settingsVersion
        guard !table.tab.isEmpty else { return }
        do throws(TabRefused) { info.tab = try TabDocument(table.tab.utf8) } catch {
            throw Verdict(.broken, error.description)
        }
    }

    private func tables(_ info: ConnectorInfo, _ identity: TrustedFile.Identity) throws(Verdict) -> [ScannedTable] {
        if let known = cache.tables(identity, info.sha256) { return known }
        if let failure = cache.failure(identity, info.sha256) { throw Verdict(.broken, failure) }
        do throws(Scanner.Flaw) {
            let tables = try scanner.tables(info.library)
            cache.keep(tables, identity, info.sha256)
            return tables
        } catch {
            if !error.isTransient { cache.keepFailure(error.text, identity, info.sha256) }
            throw Verdict(.broken, error.text)
        }
    }

    static func judge(_ table: ScannedTable) throws(Verdict) {
        guard table.abi >> 16 == 1 else {
            throw Verdict(
                .broken, "It was built for version \(table.abi >> 16) of the interface; this Rollcall has version 1.")
        }
        guard table.structSize >= 104 else {
            throw Verdict(.broken, "Its table has \(table.structSize) bytes; the first version had 104.")
        }
        guard table.functions & 3 == 3 else { throw Verdict(.broken, "Its table has no open or no sync.") }
    }

    /// Of several that could be used, the first stands. One that cannot does not stand in the way of one that can.
    private static func markDoubled(_ found: [ConnectorInfo]) -> [ConnectorInfo] {
        var first: [String: String] = [:]
        return found.map { info in
            guard info.state == .ready else { return info }
            guard let other = first[info.id] else {
                first[info.id] = info.library
                return info
            }
            var info = info
            info.state = .doubled
            info.reason = "\(other) has the same id and was found first."
            return info
        }
    }

    /// The names in a directory, in order, without hidden ones; none where it cannot be read.
    private static func list(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
