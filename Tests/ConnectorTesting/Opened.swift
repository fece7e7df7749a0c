/// An instance of a connector, opened and called through its C table.

package import ConnectorKit
internal import CRollcall

package final class Opened {
    private let table: UnsafePointer<rollcall_connector>
    private let instance: UnsafeMutableRawPointer
    package let host: TestHost

    /// nil, with the status, where the connector does not open.
    package init(_ type: any Connector.Type, _ settings: [String: String], _ host: TestHost = TestHost()) throws(Stop) {
        self.host = host
        guard let table = connectorTable(type) else { throw .failed("There is no such connector.") }
        var instance: UnsafeMutableRawPointer?
        let status = withPairs(settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) { pairs, count in
            table.pointee.open?(host.context, pairs, count, &instance) ?? Status.failed.rawValue
        }
        guard status == 0, let instance else { throw Stop(Status(rawValue: status) ?? .failed) }
        self.table = table
        self.instance = instance
    }

    deinit { table.pointee.close?(instance) }

    package func full() -> Status { sync(.full, []) }
    package func delta(_ state: [UInt8]) -> Status { sync(.delta, state) }

    package func sync(_ mode: SyncRequest.Mode, _ state: [UInt8]) -> Status {
        state.withUnsafeBufferPointer { state in
            state.withMemoryRebound(to: CChar.self) { state in
                var request = rollcall_request(
                    struct_size: UInt32(MemoryLayout<rollcall_request>.size), mode: mode == .full ? 1 : 2,
                    state: rollcall_str(data: state.baseAddress, len: state.count))
                return Status(rawValue: table.pointee.sync?(instance, host.context, &request) ?? 1) ?? .failed
            }
        }
    }

    package func call(_ method: String, _ arguments: [(String, String)] = []) -> Status {
        let status = withPairs([(method, "")] + arguments) { pairs, count in
            pairs.flatMap {
                table.pointee.call?(instance, host.context, $0.pointee.name, $0 + 1, count - 1)
            } ?? Status.failed.rawValue
        }
        return Status(rawValue: status) ?? .failed
    }
}

/// Lends pairs as C has them; their memory is gone, and overwritten, when the call is over.
private func withPairs<Result>(
    _ pairs: [(String, String)], _ body: (UnsafePointer<rollcall_pair>?, Int) -> Result
) -> Result {
    var bytes: [CChar] = []
    var lengths: [(Int, Int)] = []
    for (name, value) in pairs {
        bytes.append(contentsOf: name.utf8.map { CChar(bitPattern: $0) })
        bytes.append(contentsOf: value.utf8.map { CChar(bitPattern: $0) })
        lengths.append((name.utf8.count, value.utf8.count))
    }
    return bytes.withUnsafeMutableBufferPointer { bytes in
        var at = 0
        let raw = lengths.map { name, value in
            let start = bytes.baseAddress.map { UnsafePointer($0 + at) }
            let middle = bytes.baseAddress.map { UnsafePointer($0 + at + name) }
            at += name + value
            return rollcall_pair(
                name: rollcall_str(data: start, len: name), value: rollcall_str(data: middle, len: value))
        }
        defer { bytes.update(repeating: 0x7F) }
        return raw.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
    }
}
