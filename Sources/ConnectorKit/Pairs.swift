/// Settings and arguments: names with values, in order; a name that repeats is a list.

internal import CRollcall

/// Copied out of the call that brought them, so they may be kept.
public struct Pairs: Sendable {
    private let pairs: [(name: String, value: [UInt8])]

    public init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs.map { ($0.name, Array($0.value.utf8)) }
    }

    init(_ start: UnsafePointer<rollcall_pair>?, _ count: Int) {
        pairs = UnsafeBufferPointer(start: start, count: start == nil ? 0 : count).map {
            (String(copying: $0.name), Array(Bytes($0.value)))
        }
    }

    /// The first value of `name` as it came; nil when it was not given.
    public func bytes(_ name: String) -> [UInt8]? { pairs.first { $0.name == name }?.value }

    /// The first value of `name`, or "" when it was not given. Bad UTF-8 is replaced.
    public func text(_ name: String) -> String { bytes(name).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// All values of `name`, in order, without empty ones.
    public func list(_ name: String) -> [String] {
        pairs.filter { $0.name == name && !$0.value.isEmpty }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// A decimal number; `standard` when the value is missing, empty or no number.
    public func number(_ name: String, standard: Int) -> Int { Int(text(name)) ?? standard }

    /// A switch; `standard` when the value is missing or empty.
    public func isOn(_ name: String, standard: Bool) -> Bool {
        switch text(name) {
        case "": standard
        case "true": true
        default: false
        }
    }

    public var names: [String] { pairs.map(\.name) }
}
