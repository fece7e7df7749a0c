internal import CRollcall
internal import Glibc

/// A connector's shared library, once loaded. It is never unloaded: a Swift or Go runtime does not survive that.
struct Library {
    struct Flaw: Error { let text: String }

    /// A C function pointer; see the header.
    typealias Entry = @convention(c) (UnsafePointer<rollcall_host>?, UInt32) -> UnsafePointer<rollcall_connector>?

    private let entry: Entry
    /// A library with more connectors than this is not believed.
    private static let most: UInt32 = 16

    init(path: String) throws(Flaw) {
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else { throw Flaw(text: Self.lastError()) }
        // The highest major that this host knows; there is one so far.
        guard let symbol = dlsym(handle, "rollcall_connector_v1") else {
            throw Flaw(text: "It does not export rollcall_connector_v1.")
        }
        entry = unsafeBitCast(symbol, to: Entry.self)
    }

    /// All connectors of the library, in its order.
    func connectors(_ host: UnsafePointer<rollcall_host>) -> [UnsafePointer<rollcall_connector>] {
        var found: [UnsafePointer<rollcall_connector>] = []
        for index in 0..<Self.most {
            guard let table = entry(host, index) else { break }
            found.append(table)
        }
        return found
    }

    func table(_ index: UInt32, _ host: UnsafePointer<rollcall_host>) -> UnsafePointer<rollcall_connector>? {
        entry(host, index)
    }

    private static func lastError() -> String {
        guard let text = dlerror() else { return "It cannot be loaded." }
        return String(cString: text)
    }
}

extension rollcall_str {
    var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : len) }
    var string: String { String(decoding: raw, as: UTF8.self) }
}

/// Bytes of Swift's, lent to a connector for the time of a call.
func withPairs<T>(
    _ pairs: [(name: String, value: String)], _ body: (UnsafePointer<rollcall_pair>?, Int) throws -> T
) rethrows -> T {
    var bytes: [UInt8] = []
    for pair in pairs { bytes += Array(pair.name.utf8) + Array(pair.value.utf8) }
    defer { bytes.withUnsafeMutableBytes { Wipe.bytes($0) } }
    return try bytes.withUnsafeBufferPointer { buffer in
        var list: [rollcall_pair] = []
        var offset = 0
        func slice(_ count: Int) -> rollcall_str {
            defer { offset += count }
            guard count > 0, let base = buffer.baseAddress else { return rollcall_str(data: nil, len: 0) }
            return (base + offset).withMemoryRebound(to: CChar.self, capacity: count) {
                rollcall_str(data: $0, len: count)
            }
        }
        for pair in pairs {
            let name = slice(pair.name.utf8.count)
            list.append(rollcall_pair(name: name, value: slice(pair.value.utf8.count)))
        }
        return try list.withUnsafeBufferPointer { try body($0.baseAddress, pairs.count) }
    }
}
