/// Small tools for text of settings: on bytes, so that no combining mark hides a separator.

extension StringProtocol {
    var asciiLowercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    var trimmed: String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    /// What stands between commas, semicolons and blanks.
    var words: [String] {
        utf8.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 <= 0x20 }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The time now, in seconds since 1970.
internal import Glibc

func secondsNow() -> Int64 { Int64(time(nil)) }
