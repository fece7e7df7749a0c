/// The protocol's words and limits (socketmap_table(5), and what Postfix 3.7 was seen to do): a request is one netstring
/// `map key`, a reply one of `OK data`, `NOTFOUND `, `TEMP reason`. Data is never empty, for Postfix takes an `OK` with
/// nothing behind it for "not found" or a fault.
enum Socketmap {
    /// Postfix refuses replies over 100,000 bytes.
    static let longestData = 99_000
    /// Postfix asks with at most 10,000; map names come on top.
    static let longestRequest = 10_240

    /// The reply as a netstring, appended. Length and comma are for the bytes, not for the characters.
    static func append(_ word: AnswerWord, _ data: [UInt8], to output: inout [UInt8]) {
        let name: StaticString =
            switch word {
            case .ok: "OK "
            case .notFound: "NOTFOUND "
            case .temp: "TEMP "
            }
        appendDecimal(name.utf8CodeUnitCount + data.count, to: &output)
        output.append(UInt8(ascii: ":"))
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: data)
        output.append(UInt8(ascii: ","))
    }

    /// Without the allocation of a String.
    static func appendDecimal(_ number: Int, to output: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// What stands at the front of received bytes.
    enum Front {
        /// A request, and where it ends.
        case request(Range<Int>, end: Int)
        /// More must come.
        case incomplete
        /// No request can begin so.
        case garbage
    }

    static func front(_ bytes: UnsafeRawBufferPointer) -> Front {
        var length = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":"), index > 0 { break }
            guard byte &- UInt8(ascii: "0") < 10, index < 5, !(index == 1 && length == 0) else { return .garbage }
            length = length * 10 + Int(byte - UInt8(ascii: "0"))
            index += 1
        }
        guard length <= longestRequest else { return .garbage }
        guard index < bytes.count else { return .incomplete }
        let start = index + 1
        guard bytes.count - start > length else { return .incomplete }
        guard length > 0, bytes[start + length] == UInt8(ascii: ",") else { return .garbage }
        return .request(start..<start + length, end: start + length + 1)
    }
}
