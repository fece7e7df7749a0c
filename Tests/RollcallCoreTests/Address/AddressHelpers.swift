/// What the address tests share: parsing bytes the bulk way, and bytes shown so that a failure can be read.
import RollcallCore

/// What the bulk parser makes of some bytes.
struct Parsed: Equatable, CustomStringConvertible {
    var flaw: AddressFlaw?
    var key = ""
    var localLength = 0
    var shown = ""

    var description: String { flaw.map { "\($0)" } ?? "\(shown) -> \(key) (\(localLength))" }
}

func parse(_ bytes: [UInt8], with parser: inout AddressParser) -> Parsed {
    var parsed = Parsed()
    parsed.flaw = bytes.withUnsafeBytes { parser.parse($0) }
    parsed.key = String(decoding: parser.key, as: UTF8.self)
    parsed.localLength = parser.localLength
    parsed.shown = String(decoding: bytes[parser.shown], as: UTF8.self)
    return parsed
}

func parse(_ text: String) -> Parsed {
    var parser = AddressParser()
    return parse(Array(text.utf8), with: &parser)
}

func visible(_ bytes: [UInt8]) -> String {
    bytes.map { (0x21...0x7E).contains($0) ? String(Unicode.Scalar($0)) : "\\\(String($0, radix: 16))" }.joined()
}

func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
