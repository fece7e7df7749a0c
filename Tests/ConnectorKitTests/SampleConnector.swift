import ConnectorKit

/// A connector that does what its settings tell it, for tests of the kit.
final class SampleConnector: Connector {
    static let id = "org.example.sample"
    static let version = "1.2.3"
    static let flags: ConnectorFlags = [.deltas, .resumes]
    static let tab = "{\"tab\":1}"

    private let settings: Pairs

    init(settings: Pairs, host: Host) throws(Stop) {
        if settings.text("refuse") == "open" { throw .badSettings("refuse", "Not with me.", detail: "d") }
        self.settings = settings
    }

    func call(_ method: String, arguments: Pairs, host: Host) throws(Stop) {
        switch method {
        case "check":
            try host.answer("names", settings.names.joined(separator: ","))
            try host.answer("list", settings.list("list").joined(separator: ","))
            try host.answer("number", String(settings.number("number", standard: 5)))
            try host.answer("on", String(settings.isOn("on", standard: true)))
            try host.answer("argument", arguments.text("field"))
        case "save": try host.save("token", "new")
        case "permits": try host.answer("may", String(host.permits(address: arguments.text("address"))))
        case "wait": try host.wait(milliseconds: 1500)
        case "deny": throw .denied("Not allowed.", field: "user")
        case "consent": throw .needConsent("Sign in again.")
        default: throw .unsupported
        }
    }

    func sync(_ request: SyncRequest, host: Host) throws(Stop) {
        if request.mode == .delta, request.state != [1, 2, 3] { throw .needFull }
        let count = settings.number("count", standard: 3)
        let emitter = Emitter(host)
        for number in 0..<count {
            if number % 2 == 0 {
                try emitter.begin(.put, .user, id: "u\(number)")
            } else {
                try emitter.begin(.put, .user, id: emitter.copying("u\(number)"))
            }
            emitter.add(.mail, "u\(number)@x")
            for alias in 0..<settings.number("aliases", standard: 0) { emitter.add(.alias, "a\(number).\(alias)@x") }
            if let size = Int(settings.text("size")) { emitter.add(.displayName, String(repeating: "n", count: size)) }
        }
        try emitter.begin(.delete, .user, id: "gone")
        try emitter.begin(.put, .membership, id: "g", peer: "u0")
        try emitter.checkpoint([1, 2, 3])
    }
}
