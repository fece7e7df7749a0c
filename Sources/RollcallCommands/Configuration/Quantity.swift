internal import Glibc

/// Numbers with a unit, as the configuration writes them.
enum Quantity {
    static func bytes(_ text: String) -> Int? {
        scaled(text, [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1), ("", 1)])
    }

    static func seconds(_ text: String) -> Int? {
        scaled(text, [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)])
    }

    private static func scaled(_ text: String, _ units: [(String, Int)]) -> Int? {
        let digits = text.prefix { $0 >= "0" && $0 <= "9" }
        let unit = text[digits.endIndex...]
        guard let number = Int(digits), number > 0, let factor = units.first(where: { $0.0 == unit })?.1 else {
            return nil
        }
        let (value, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : value
    }

    /// `10.0.0.0/8`, `2001:db8::/32`, or an address alone.
    static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first.map(String.init) else { return false }
        var buffer = in6_addr()
        let bits: Int
        if inet_pton(AF_INET, address, &buffer) == 1 {
            bits = 32
        } else if inet_pton(AF_INET6, address, &buffer) == 1 {
            bits = 128
        } else {
            return false
        }
        guard parts.count == 2 else { return true }
        guard let prefix = Int(parts[1]) else { return false }
        return (0...bits).contains(prefix)
    }
}
