/// The long ones among the passwords that everybody tries first: shorter ones are refused by their length anyway. Words
/// and runs that are repeated count like the word itself.
enum CommonPasswords {
    static func contains(_ folded: String) -> Bool {
        let letters = folded.unicodeScalars.filter { $0.properties.isAlphabetic }.map { Character($0) }
        let word = String(letters)
        return words.contains(folded) || words.contains(word) || isRun(Array(folded.utf8))
            || isRepeated(Array(folded.utf8))
    }

    private static let words: Set<String> = [
        "password", "passwordpassword", "passwort", "passwortpasswort", "qwertyuiop", "qwertyuiopasdf", "qwertzuiop",
        "administrator", "adminadmin", "adminadminadmin", "letmein", "letmeinplease", "iloveyou", "iloveyouforever",
        "rollcall", "rollcallrollcall", "changeme", "changemenow", "changemeplease", "welcome", "welcomewelcome",
        "correcthorsebatterystaple", "football", "baseball", "superman", "batman", "princess", "sunshine", "monkey",
        "dragon", "master", "trustno", "starwars", "postmaster", "mailadmin", "systemadministrator", "secret",
        "secretsecret", "mypassword", "mypasswordis", "thisismypassword", "defaultpassword", "temporarypassword",
        "qwerty", "qwertyqwerty", "asdfghjkl", "zxcvbnm", "qazwsxedcrfv", "qazwsx", "abcdef", "abcdefghijkl",
        "abcdefghijklm", "q1w2e3r4t5y6", "1q2w3e4r5t6y", "p@ssw0rdp@ssw0rd", "passw0rdpassw0rd",
    ]

    /// `123456789012`, `abcdefghijkl`, and the like backwards.
    private static func isRun(_ bytes: [UInt8]) -> Bool {
        let steps = Set(zip(bytes, bytes.dropFirst()).map { Int($1) - Int($0) })
        return steps.isSubset(of: [1, -9]) || steps.isSubset(of: [-1, 9]) || steps.isSubset(of: [0])
    }

    /// A piece of up to six letters, again and again.
    private static func isRepeated(_ bytes: [UInt8]) -> Bool {
        (1...6).contains { length in
            bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % length] }
        }
    }
}
