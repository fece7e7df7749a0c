internal import ArgumentParser
internal import RollcallGateway

/// Asks the running lookup service, over its socket as a gateway does, and says what the mail server would make of the
/// answer. Where nobody answers, that is "try later" as well: it is what a sender would get.
struct GatewayCheck: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what a gateway would be told of an address, and why.",
        discussion: "Exits 5 where no lookup service answers.")

    @Argument(help: "The address; a domain with --map domains.") var address: String
    @Option(help: "recipients, aliases, domains or transport.") var map = "recipients"
    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let address: String
        let map: String
        let answer: String
        let data: String?
        let smtp: String
        let why: String

        enum CodingKeys: String, CodingKey { case address, map, answer, data, smtp, why }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(address, forKey: .address)
            try container.encode(map, forKey: .map)
            try container.encode(answer, forKey: .answer)
            try container.encode(data, forKey: .data)
            try container.encode(smtp, forKey: .smtp)
            try container.encode(why, forKey: .why)
        }
    }

    func answer(_ session: Session) throws -> Answer {
        guard GatewayMap(rawValue: map) != nil else {
            throw Failure(
                .usage, "There is no map “\(shown(map))”.",
                hint: "There are \(GatewayMap.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        guard let place = session.configuration.gatewayPlaces.first else {
            throw Failure(
                .configuration, "There is nobody to ask: gateway.socketmap is off.",
                hint: "Set gateway.socketmap to HOST:PORT or unix:PATH.", field: "gateway.socketmap")
        }
        do {
            let reply = try SocketmapClient(place).ask("check \(map) \(address)")
            return try Self.answer(document(String(decoding: reply, as: UTF8.self), place))
        } catch let failure as SocketFailure {
            var answer = Self.answer(
                document("TEMP", nil, "no lookup service answers at \(failure)"), exitCode: 5)
            answer.hint = "`rollcall serve`, or `rollcall gateway` on a host without dashboard, is what answers."
            return answer
        }
    }

    /// `OK ANSWER TAB DATA TAB WHY`.
    private func document(_ reply: String, _ place: ListenPlace) throws -> Document {
        let parts = reply.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("OK ") else {
            throw SocketFailure(unexpected: reply, from: place)
        }
        return document(String(parts[0].dropFirst(3)), parts[1].isEmpty ? nil : String(parts[1]), String(parts[2]))
    }

    private func document(_ answer: String, _ data: String?, _ why: String) -> Document {
        let smtp =
            switch answer {
            case "OK": "250"
            case "NOTFOUND": "550"
            default: "451"
            }
        return Document(address: address, map: map, answer: answer, data: data, smtp: smtp, why: why)
    }

    private static func answer(_ document: Document, exitCode: Int32 = 0) -> Answer {
        var facts = Facts()
        facts.add("Address", document.address)
        facts.add("Answer", document.answer + (document.data.map { " " + $0 } ?? ""))
        if document.map == "recipients" { facts.add("SMTP", document.smtp) }
        facts.add("Why", document.why)
        return Answer(document, lines: facts.lines, exitCode: exitCode)
    }
}
