/// Text from directories and people as a terminal or a mail may show it. A display name can hold an escape sequence that
/// rewrites what stands above it, a line end that begins another header, or bidi controls that show one address as
/// another; all become visible marks. Works on scalars: a control and a combining mark behind it are one Character.
package enum Visible {
    package static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let padding = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                result.append(contentsOf: "<U+\(padding)\(digits)>".unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }
}
