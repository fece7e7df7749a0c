internal import CRollcall
internal import Glibc
internal import RollcallCore

/// The scan: load the library, copy its tables, end. Runs under the same sandbox as a job, for to load is to run code.
enum Scan {
    static func run(_ library: Library, _ host: HostTable) -> Never {
        for table in library.connectors(host.table) { host.outbox.send(frame(of: table).finished()) }
        host.outbox.done(Int32(ROLLCALL_OK))
        sleep(10)
        _exit(0)
    }

    static func frame(of table: UnsafePointer<rollcall_connector>) -> FrameWriter {
        var frame = FrameWriter(.table)
        frame.number(table.pointee.struct_size)
        frame.number(table.pointee.abi)
        frame.number(table.pointee.flags)
        frame.number(table.pointee.settings_version)
        var mandatory: UInt8 = 0
        if table.pointee.open != nil { mandatory |= 1 }
        if table.pointee.sync != nil { mandatory |= 2 }
        if table.pointee.close != nil { mandatory |= 4 }
        if table.pointee.call != nil { mandatory |= 8 }
        frame.number(mandatory)
        for text in [table.pointee.id, table.pointee.version, table.pointee.tab] {
            frame.counted(UnsafeRawBufferPointer(rebasing: text.raw.prefix(TabDocument.mostBytes + 1)))
        }
        return frame
    }
}

/// What a scan found in a table, on the host's side.
struct ScannedTable: Codable, Equatable, Sendable {
    var structSize: UInt32
    var abi: UInt32
    var flags: UInt32
    var settingsVersion: UInt32
    /// open 1, sync 2, close 4, call 8.
    var functions: UInt8
    var id: String
    var version: String
    var tab: String

    init?(_ body: UnsafeRawBufferPointer) {
        var reader = ByteReader(body)
        guard let size = reader.number(UInt32.self), let abi = reader.number(UInt32.self),
            let flags = reader.number(UInt32.self), let settings = reader.number(UInt32.self),
            let functions = reader.number(UInt8.self), let id = reader.text(), let version = reader.text(),
            let tab = reader.text(), reader.isAtEnd, id.utf8.count <= 255, version.utf8.count <= 64
        else { return nil }
        structSize = size
        self.abi = abi
        self.flags = flags
        settingsVersion = settings
        self.functions = functions
        self.id = id
        self.version = version
        self.tab = tab
    }
}
