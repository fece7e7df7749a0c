internal import RollcallCore

/// Local parts beyond ASCII as mail servers ask for them. The compare key folds ASCII letters only, for a directory may
/// tell `ä` from `Ä`; Postfix folds all of Unicode before it asks. Capital and back to small is what its folding (ICU's)
/// does to every letter that has both forms, `ß` (`ss`) and the final sigma among them.
enum FoldedForm {
    static func of(_ local: some Collection<UInt8>) -> [UInt8] {
        var folded: [UInt8] = []
        for scalar in String(decoding: local, as: UTF8.self).unicodeScalars {
            // The one letter whose capital is another letter's: ICU leaves it as it is.
            if scalar.value == 0x131 {
                folded += String(scalar).utf8
                continue
            }
            for capital in scalar.properties.uppercaseMapping.unicodeScalars {
                folded += capital.properties.lowercaseMapping.utf8
            }
        }
        return Address.composed(folded)
    }
}
