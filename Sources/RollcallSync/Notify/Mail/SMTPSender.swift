internal import CCurl
internal import RollcallCore

/// Sends a message by SMTP. Encrypted whenever that can be had: a server that offers STARTTLS is never spoken with in
/// clear, and without encryption no password is sent and nothing leaves this machine unless the server simply has none.
struct SMTPSender {
    let settings: MailSettings
    let host: String
    let port: Int
    let isEncrypted: Bool
    let seconds: Int

    func send(_ message: MailMessage) -> Delivery {
        let recipients = message.to.map(\.text)
        guard let curl = CurlHandle() else {
            return Delivery(recipients, .later("libcurl could not be started"), isAway: true)
        }
        let scheme = isEncrypted ? "smtps" : "smtp"
        curl.prepare(url: "\(scheme)://\(host):\(port)", scheme: scheme, seconds: seconds)
        // A server that has stopped answering shall not use up the whole time.
        curl.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, min(30, seconds))
        curl.set(CURLOPT_MAIL_FROM, "<\(message.from.text)>")
        curl.set(CURLOPT_MAIL_RCPT, recipients.map { "<\($0)>" })
        curl.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        curl.set(CURLOPT_USE_SSL, encryption)
        if let file = settings.authorityFile { curl.set(CURLOPT_CAINFO, file) }
        if let user = settings.user {
            curl.set(CURLOPT_USERNAME, user)
            curl.set(CURLOPT_PASSWORD, settings.password ?? "")
        }
        let ear = Ear(isSecure: isEncrypted)
        let mustEncrypt = encryption != Self.never
        curl.listen { isOurs, bytes in isOurs ? ear.dialogue.said(bytes) : ear.dialogue.heard(bytes) }
        // libcurl goes on in clear where STARTTLS is offered and then refused, as somebody in between would have it.
        curl.send(message.bytes) { !mustEncrypt || !ear.dialogue.offersTLS || ear.dialogue.isSecure }
        let code = curl.perform()
        return delivery(recipients, code, ear.dialogue, curl)
    }

    private static let never = Int(CURLUSESSL_NONE.rawValue)

    private var encryption: Int {
        if isEncrypted { return Int(CURLUSESSL_ALL.rawValue) }
        if settings.authorityFile != nil { return Int(CURLUSESSL_ALL.rawValue) }
        // A mail server of this machine rarely has a certificate for localhost.
        if settings.server.isLoopback { return Self.never }
        return Int((settings.user == nil ? CURLUSESSL_TRY : CURLUSESSL_ALL).rawValue)
    }

    private func delivery(
        _ recipients: [String], _ code: CURLcode, _ dialogue: SMTPDialogue, _ curl: CurlHandle
    ) -> Delivery {
        let redactor = Redactor(secrets: [settings.password].compactMap { $0 })
        func why(_ reply: SMTPDialogue.Reply) -> String { redactor.redact("\(reply.code) \(reply.text)") }
        var delivery = Delivery(recipients, .taken)
        for (index, recipient) in recipients.enumerated() {
            guard let reply = dialogue.recipients[index], reply.code >= 300 else { continue }
            delivery.verdicts[recipient] = reply.isForGood ? .refused(why(reply)) : .later(why(reply))
        }
        guard code != CURLE_OK else { return delivery }
        let left = delivery.taken
        if left.isEmpty { return delivery }
        let verdict: Delivery.Verdict
        var isAway = false
        switch (dialogue.step, dialogue.last) {
        case (.sender, let reply?) where reply.isForGood:
            verdict = .refused("the mail server refuses the sender: \(why(reply))")
        case (.message, let reply?) where reply.isForGood:
            verdict = .refused("the mail server refuses the message: \(why(reply))")
        case (.message, let reply?) where reply.code >= 400, (.sender, let reply?) where reply.code >= 400:
            verdict = .later("the mail server puts it off: \(why(reply))")
        default:
            isAway = true
            verdict = .later(sentence(code, dialogue, curl, redactor))
        }
        for recipient in left { delivery.verdicts[recipient] = verdict }
        delivery.isAway = isAway
        return delivery
    }

    private func sentence(
        _ code: CURLcode, _ dialogue: SMTPDialogue, _ curl: CurlHandle, _ redactor: Redactor
    ) -> String {
        let place = "\(host):\(port)"
        let said = redactor.redact(curl.message(code))
        switch code {
        case CURLE_LOGIN_DENIED:
            let reply = dialogue.last.map { ": \(redactor.redact("\($0.code) \($0.text)"))" } ?? ""
            return "the mail server \(place) refuses the sign-in\(reply)"
        case CURLE_USE_SSL_FAILED, CURLE_ABORTED_BY_CALLBACK, CURLE_READ_ERROR:
            return "the mail server \(place) cannot be spoken with encrypted, so nothing was sent (\(said))"
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CONNECT_ERROR:
            return "the mail server \(place) shows no good certificate (\(said))"
        case CURLE_OPERATION_TIMEDOUT: return "the mail server \(place) did not answer in time (\(said))"
        default: return "the mail server \(place) cannot be used (\(said))"
        }
    }
}

/// Where the callbacks write to, and what is read after them: all on one thread.
private final class Ear {
    var dialogue: SMTPDialogue
    init(isSecure: Bool) { dialogue = SMTPDialogue(isSecure: isSecure) }
}
