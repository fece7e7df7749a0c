internal import CRollcall
internal import Glibc
internal import RollcallCore

/// The entry, the table, and opening.
extension CheckChild {
    func entry() {
        let host = CheckHost()
        let pointer = UnsafePointer(host.table)
        let threads = Self.count("/proc/self/task")
        let descriptors = Self.count("/proc/self/fd")
        let start = System.now()
        let first = library.table(0, pointer)
        let milliseconds = (System.now() - start) / 1_000_000
        guard let first else { return tell(.fail, "The entry gives no connector for index 0.") }
        if milliseconds > 100 { tell(.fail, "The entry took \(milliseconds) ms; 100 are allowed.") }
        if library.table(0, pointer) != first { tell(.fail, "The entry gives another table the second time.") }
        if library.table(1000, pointer) != nil { tell(.fail, "The entry gives a connector past the last.") }
        if Self.count("/proc/self/task") > threads { tell(.fail, "The entry starts a thread.") }
        if Self.count("/proc/self/fd") > descriptors { tell(.fail, "The entry opens a file or a socket.") }
        tell(.pass, "The entry answers in \(milliseconds) ms, the same twice, and NULL past the last.")
    }

    func fields() {
        let host = CheckHost()
        guard let pointer = table(host) else { return tell(.fail, "The library has no connector.") }
        let table = pointer.pointee
        let size = MemoryLayout<rollcall_connector>.size
        if Int(table.struct_size) < size {
            return tell(.fail, "struct_size is \(table.struct_size), less than \(size).")
        }
        if table.abi >> 16 != 1 { tell(.fail, "abi says major version \(table.abi >> 16).") }
        if table.flags & ~7 != 0 { tell(.warn, "It sets flags that version 1.0 does not know.") }
        if table.flags & 4 != 0, table.flags & 1 == 0 {
            tell(.warn, "It sets ROLLCALL_PROBES without ROLLCALL_DELTAS.")
        }
        if !Manifest.isIdentifier(table.id.string) { tell(.fail, "Its id is not letters, digits, dots, - and _.") }
        if table.id.string != job.connector, !job.connector.isEmpty {
            tell(.fail, "Its id is \(table.id.string), its manifest says \(job.connector).")
        }
        let parts = table.version.string.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if !(2...4).contains(parts.count) || parts[0].isEmpty || !parts[0].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            tell(.fail, "Its version \(table.version.string) is not like 2.1.0.")
        }
        if table.open == nil || table.sync == nil { tell(.fail, "It has no open or no sync.") }
        if table.close == nil { tell(.warn, "It has no close: what open allocates is never freed.") }
        let flaws = table.tab.len == 0 ? [] : TabDocument.lint(table.tab.raw)
        for flaw in flaws { tell(flaw.weight == .error ? .fail : .warn, flaw.text) }
        tell(.pass, "\(table.id.string) \(table.version.string), interface \(table.abi >> 16).\(table.abi & 0xFFFF).")
    }

    /// Opens, judges, closes. Settings may be incomplete or odd: refusing is as good as opening, crashing is not.
    private func tryOpen(_ settings: [(name: String, value: [UInt8])], _ what: String, mustOpen: Bool) {
        let host = CheckHost()
        guard let instance = instance(host) else { return }
        let start = System.now()
        let status = instance.open(settings)
        let milliseconds = (System.now() - start) / 1_000_000
        instance.close()
        if milliseconds > 1000 { tell(.warn, "open took \(milliseconds) ms; it should do nothing slow.") }
        if mustOpen, status != ROLLCALL_OK {
            return tell(.fail, "open with \(what) returned \(status); the tab calls in while it is being filled in.")
        }
        conclude(host, nil, "open with \(what) returned \(status).")
    }

    func openEmpty() { tryOpen([], "no settings", mustOpen: true) }

    func openUnknown() {
        tryOpen(given + [("x-unknown-setting", Array("1".utf8))], "an unknown setting", mustOpen: false)
    }

    func openAll() { tryOpen(plausible(), "all fields filled in", mustOpen: false) }

    func openLarge() {
        let fields = tab?.fields.filter(\.takesValue) ?? []
        let large = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
        guard let field = fields.first(where: { $0.type == .text || $0.type == .secret || $0.type == .path }) else {
            return tell(.pass, "There is no text field to fill.")
        }
        tryOpen([(field.id, large)], "1 MiB in \(field.id)", mustOpen: false)
    }

    func openBadText() {
        let bad: [UInt8] = [0xC3, 0x28, 0xFF, 0x00, 0x80]
        let fields = tab?.fields.filter(\.takesValue) ?? []
        tryOpen(fields.map { ($0.id, bad) } + [("\u{FFFD}", bad)], "values that are no UTF-8", mustOpen: false)
    }

    func openCycles() {
        let host = CheckHost()
        guard let instance = instance(host) else { return }
        instance.reuses = true
        var before = 0
        var descriptors = 0
        for cycle in 0..<1000 {
            guard instance.open(given) == ROLLCALL_OK else {
                return tell(.pass, "It does not open with these settings.")
            }
            instance.close()
            // The first rounds fill caches.
            if cycle == 100 {
                before = Self.resident()
                descriptors = Self.count("/proc/self/fd")
            }
        }
        let grown = Self.resident() - before
        if grown > 4 << 20 {
            tell(.fail, "900 times open and close cost \(grown / 1024) KiB that were not given back.")
        }
        if Self.count("/proc/self/fd") > descriptors { tell(.fail, "open and close leave descriptors open.") }
        conclude(host, nil, "1000 times open and close leave nothing behind.")
    }

    /// A value for every field, none of them true.
    private func plausible() -> [(name: String, value: [UInt8])] {
        (tab?.fields ?? []).compactMap { field in
            let value: String
            switch field.type {
            case .note: return nil
            case .text, .multiline, .secret, .file, .list: value = field.default ?? "value"
            case .number: value = field.default ?? JSONTree.number(field.min ?? 1).setting ?? "1"
            case .switch: value = "true"
            case .choice: value = field.options.last?.value ?? ""
            case .url: value = "https://directory.invalid/"
            case .host: value = "directory.invalid"
            case .path: value = "/nowhere"
            }
            return (field.id, Array(value.utf8))
        }
    }
}
