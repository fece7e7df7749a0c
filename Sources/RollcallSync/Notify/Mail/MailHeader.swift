internal import Foundation
internal import RollcallCore

/// Header lines of a mail (RFC 5322), safe by their making: a value is first made visible, so that no byte of it can end
/// the line, and put into encoded words (RFC 2047) where it is not plain ASCII. Names are literals of ours.
enum MailHeader {
    /// Text for people: a subject.
    static func text(_ name: StaticString, _ value: String) -> String {
        // Nobody reads more of a subject, and a list of limits can be long.
        let value = Visible.text(limited(value, to: 300))
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !value.contains("=?")
        let words =
            isPlain
            ? value.split(separator: " ", omittingEmptySubsequences: false).map(String.init) : encodedWords(value)
        return folded("\(name):", words)
    }

    /// Addresses that were checked.
    static func addresses(_ name: StaticString, _ addresses: [MailAddress], title: StaticString? = nil) -> String {
        let items = addresses.enumerated().map { index, address in
            let item = title.map { "\($0) <\(address.text)>" } ?? address.text
            return index < addresses.count - 1 ? item + "," : item
        }
        return folded("\(name):", items)
    }

    /// A word of our own making.
    static func word(_ name: StaticString, _ value: String) -> String { "\(name): \(value)\r\n" }

    /// `Tue, 24 Nov 2026 11:46:22 +0000`
    static func date(_ at: Timestamp) -> String {
        let parts = at.description.split { "-T:Z".contains($0) }.map(String.init)
        let days = (at.seconds >= 0 ? at.seconds : at.seconds - 86_399) / 86_400
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[Int(((days % 7) + 7) % 7)]
        let month = months[(Int(parts[1]) ?? 1) - 1]
        return "\(weekday), \(parts[2]) \(month) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }

    static func limited(_ text: String, to count: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > count else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(count - 1))) + "…"
    }

    /// Encoded words of at most 60 octets, none of which cuts a scalar in two.
    private static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var chunk: [UInt8] = []
        func flush() {
            if !chunk.isEmpty { words.append("=?UTF-8?B?\(Data(chunk).base64EncodedString())?=") }
            chunk = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // 48 octets in base64 and 12 of frame: short enough to stand behind the longest name on one line.
            if chunk.count + bytes.count > 36 { flush() }
            chunk += bytes
        }
        flush()
        return words
    }

    /// Folds between words, so that no line is longer than it must be. A word too long for any line cannot be folded, and
    /// stays below the 998 octets that a line may have: subjects are limited, and addresses are.
    private static func folded(_ start: String, _ words: [String]) -> String {
        var header = ""
        var line = start
        for word in words {
            if line.utf8.count + 1 + word.utf8.count > 76, line != start, !word.isEmpty {
                header += line + "\r\n"
                line = ""
            }
            line += " " + word
        }
        return header + line + "\r\n"
    }
}
