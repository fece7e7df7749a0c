internal import RollcallCore
internal import RollcallSync

/// Who is told about runs: comma separated or one a line, each a checked address, so that nothing but an address ever
/// reaches a mail's header or an SMTP command.
enum Recipients {
    static let limit = 20

    static func checked(_ text: String) throws(Failure) -> String {
        var addresses: [String] = []
        let separators: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x0A, 0x0D]
        for part in text.utf8.split(whereSeparator: separators.contains) {
            let word = String(decoding: part, as: UTF8.self)
            let trimmed = String(
                decoding: word.utf8.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }
                    .reversed(), as: UTF8.self)
            if trimmed.isEmpty { continue }
            let address: Address
            do {
                address = try Address(trimmed)
            } catch {
                throw Failure(
                    .badSettings, "The address to notify “\(shown(trimmed))” \(error).",
                    hint: "Comma separated or one a line, for example user@domain.com.", field: "notify.recipients")
            }
            guard let recipient = MailAddress(address) else {
                throw Failure(
                    .badSettings,
                    "The address to notify “\(shown(trimmed))” is not in ASCII before its @, which many mail servers do "
                        + "not take.",
                    hint: "Use another address, or an alias of it in ASCII.", field: "notify.recipients")
            }
            if !addresses.contains(recipient.text) { addresses.append(recipient.text) }
        }
        guard addresses.count <= limit else {
            throw Failure(
                .badSettings, "\(addresses.count) addresses to notify are too many: at most \(limit).",
                hint: "Use a distribution list.", field: "notify.recipients")
        }
        return addresses.joined(separator: ", ")
    }
}
