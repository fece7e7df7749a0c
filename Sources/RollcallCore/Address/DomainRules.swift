/// When bytes are a domain name, and how it is written to compare: ASCII by the rules for host names (letters, digits,
/// hyphens; labels of 1 to 63; at most 253 in all), everything else, and every label that claims to be encoded
/// (`xn--`), through libidn2, whose answer is then held to the same rules.
///
/// A name of one label (`localhost`, `corp`) is taken: RFC 5321's grammar has it, gateways inside a company use it, and
/// an address counts only where somebody added that very domain. A last label of digits alone is refused: such a
/// "domain" is an IP address. A dot at the end is refused: mail addresses have none (RFC 5321).
enum DomainRules {
    static let longest = 253

    enum Verdict {
        case fine, encoded, flawed
    }

    /// Lowers an ASCII name in place and says whether it is one; `encoded` where a label begins with `xn--`.
    @inline(__always)
    static func lower(_ name: UnsafeMutablePointer<UInt8>, _ count: Int) -> Verdict {
        guard count > 0, count <= longest else { return .flawed }
        var verdict = Verdict.fine
        var start = 0
        var index = 0
        while true {
            while true {
                index = OctetRun.pass(name, from: index, to: count)
                guard index < count else { break }
                let octet = name[index]
                if octet == Octet.dot { break }
                guard Octet.isHostText(octet) else { return .flawed }
                name[index] = Octet.lowered(octet)
                index += 1
            }
            let length = index - start
            guard length > 0, length <= 63, name[start] != Octet.hyphen, name[index - 1] != Octet.hyphen else {
                return .flawed
            }
            if length >= 4, name[start + 3] == Octet.hyphen, name[start + 2] == Octet.hyphen,
                name[start] == 0x78, name[start + 1] == 0x6E
            {
                verdict = .encoded
            }
            if index == count { break }
            index += 1
            start = index
        }
        while start < count, Octet.isDigit(name[start]) { start += 1 }
        return start == count ? .flawed : verdict
    }

    /// The name to compare for `bytes`, which are valid UTF-8 without control characters; `nil` where they are no name.
    static func name(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var name = Array(bytes)
        if bytes.allSatisfy({ $0 < 0x80 }) {
            switch lower(&name) {
            case .fine: return name
            case .flawed: return nil
            case .encoded: break
            }
        } else if !bytes.allSatisfy({ $0 >= 0x80 || $0 == Octet.dot || Octet.isHostText($0) }) {
            // libidn2 would leave such characters out, and make the name of somebody else of it.
            return nil
        }
        guard var encoded = InternationalName.encode(name), lower(&encoded) != .flawed else { return nil }
        // What comes out must stay as it is when it comes in again: a key is compared with keys made of keys.
        return InternationalName.encode(encoded) == encoded ? encoded : nil
    }

    private static func lower(_ name: inout [UInt8]) -> Verdict {
        name.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return .flawed }
            return lower(start, buffer.count)
        }
    }
}
