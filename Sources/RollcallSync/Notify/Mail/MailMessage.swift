internal import Crypto
internal import Foundation
internal import RollcallCore

/// A report as a mail: text, HTML, and the operations as a table beside them. The same report always comes to the same
/// message with the same id, however often it is tried.
struct MailMessage {
    struct Attachment {
        var name: String
        var bytes: [UInt8]
    }

    let from: MailAddress
    let to: [MailAddress]
    /// As it goes over the wire, lines ended by CR LF.
    let bytes: [UInt8]

    init(
        _ text: ReportText, event: ReportEvent, from: MailAddress, to: [MailAddress], attachment: Attachment?,
        note: String?
    ) {
        self.from = from
        self.to = to
        let digest = SHA256.hash(data: Data("\(event.id) \(event.at.seconds)".utf8))
        let mark = digest.prefix(12).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count < 2 ? "0" + digits : digits
        }.joined()
        var message =
            MailHeader.addresses("From", [from], title: "Rollcall") + MailHeader.addresses("To", to)
            + MailHeader.text("Subject", text.subject) + MailHeader.word("Date", MailHeader.date(event.at))
            + MailHeader.word("Message-ID", "<rollcall.\(mark)@\(from.domain)>")
            + MailHeader.word("Auto-Submitted", "auto-generated") + MailHeader.word("MIME-Version", "1.0")
        let alternatives = Self.multipart(
            "alternative", mark,
            [
                Self.part("text/plain; charset=utf-8", Self.redacted(Array(text.plain(note).utf8))),
                Self.part("text/html; charset=utf-8", Self.redacted(text.html(note).bytes)),
            ])
        if let attachment {
            let table = Self.part(
                "text/csv; charset=utf-8; header=present", attachment.bytes, file: attachment.name)
            message += Self.multipart("mixed", mark, [alternatives, table])
        } else {
            message += alternatives
        }
        bytes = Array(message.utf8)
    }

    /// A directory that says our own password back to us shall not get it mailed.
    private static func redacted(_ bytes: [UInt8]) -> [UInt8] { SecretRegistry.shared.redact(bytes) }

    /// The sign `_` cannot come up in base64, so no part can hold the boundary.
    private static func multipart(_ kind: String, _ mark: String, _ parts: [String]) -> String {
        let boundary = "=_rollcall_\(kind)_\(mark)"
        return "Content-Type: multipart/\(kind);\r\n boundary=\"\(boundary)\"\r\n\r\n"
            + parts.map { "--\(boundary)\r\n\($0)" }.joined() + "--\(boundary)--\r\n"
    }

    /// In base64 throughout: whatever a directory holds, the lines are short and ASCII.
    private static func part(_ type: String, _ bytes: [UInt8], file: String? = nil) -> String {
        let disposition = file.map { "Content-Disposition: attachment; filename=\"\($0)\"\r\n" } ?? ""
        let body = Data(bytes).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return "Content-Type: \(type)\r\n\(disposition)Content-Transfer-Encoding: base64\r\n\r\n\(body)\r\n"
    }
}
