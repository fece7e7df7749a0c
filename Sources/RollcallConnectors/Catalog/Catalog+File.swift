internal import Crypto
internal import RollcallCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Catalog {
    /// What one library is, without asking whether it is trusted: for `connector try` and the kit, where whoever calls
    /// names the file. A manifest beside it is taken into account, a missing one is no fault.
    package static func describe(_ library: String, executable: String) throws(ConnectorFailure) -> ConnectorInfo {
        func failure(_ text: String, _ hint: String? = nil) -> ConnectorFailure {
            ConnectorFailure(Problem(.failed, text: text), hint: hint)
        }
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: library)) else {
            throw failure("\(library) cannot be read.", "Name the shared library, by its whole path.")
        }
        var info = ConnectorInfo(id: "", library: library)
        info.sha256 = Hex.text(SHA256.hash(data: data))
        let beside = (library.hasSuffix(".so") ? String(library.dropLast(3)) : library) + ".json"
        if let bytes = try? Data(contentsOf: URL(fileURLWithPath: beside)), let manifest = try? Manifest([UInt8](bytes))
        {
            info.id = manifest.id
            info.name = manifest.name ?? manifest.id
            info.needs = manifest.needs
            info.ports = manifest.ports
            info.consentHosts = manifest.consentHosts
            info.tab = manifest.tab.flatMap { try? TabDocument(tree: $0) }
        }
        let tables: [ScannedTable]
        do throws(Scanner.Flaw) { tables = try Scanner(executable: executable).tables(library) } catch {
            throw failure("\(library) cannot be used: \(error.text)", "rollcall connector check \(library) says more.")
        }
        guard let table = tables.first(where: { $0.id == info.id }) ?? tables.first else {
            throw failure("\(library) has no connector.")
        }
        do throws(Verdict) { try judge(table) } catch { throw failure("\(library) cannot be used: \(error.reason)") }
        info.id = table.id
        if info.name.isEmpty { info.name = table.id }
        info.version = table.version
        info.flags = ConnectorInfo.Flags(rawValue: table.flags)
        info.settingsVersion = table.settingsVersion
        if !table.tab.isEmpty {
            do throws(TabRefused) { info.tab = try TabDocument(table.tab.utf8) } catch {
                throw failure("\(library) cannot be used: \(error.description)")
            }
        }
        return info
    }
}
