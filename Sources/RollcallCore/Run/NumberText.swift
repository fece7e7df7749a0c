/// Numbers as people read them, the same on pages, in mails and in answers.
package enum NumberText {
    /// `1,234,567`
    package static func number(_ number: Int) -> String {
        let digits = Array(String(abs(number)).utf8)
        var out: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(UInt8(ascii: ",")) }
            out.append(digit)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `1 account`, `2,000 accounts`
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        number == 1 ? "1 \(one)" : "\(Self.number(number)) \(many)"
    }
}
