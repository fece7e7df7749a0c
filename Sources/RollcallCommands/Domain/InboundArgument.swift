internal import RollcallCore
internal import RollcallStore

/// `HOST[:PORT][/PREF]`, as `--inbound` takes it. An IPv6 address stands in brackets.
enum InboundArgument {
    static func server(_ text: String, position: Int) throws(Failure) -> InboundServer {
        func refuse(_ what: String) -> Failure {
            Failure(
                .usage, "“\(shown(text))” is no inbound server: \(what).",
                hint: "HOST[:PORT][/PREFERENCE], for example mail.example.com:25/10.")
        }
        var rest = text[...]
        var preference = 10
        if let slash = rest.lastIndex(of: "/") {
            guard let number = Int(rest[rest.index(after: slash)...]), (0...65_535).contains(number) else {
                throw refuse("the preference is no number from 0 to 65535")
            }
            preference = number
            rest = rest[..<slash]
        }
        var port = 25
        let closing = rest.lastIndex(of: "]") ?? rest.startIndex
        if let colon = rest[closing...].lastIndex(of: ":") {
            guard let number = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(number) else {
                throw refuse("the port is no number from 1 to 65535")
            }
            port = number
            rest = rest[..<colon]
        }
        return InboundServer(host: try host(String(rest), refuse), port: port, preference: preference)
    }

    private static func host(_ text: String, _ refuse: (String) -> Failure) throws(Failure) -> String {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = String(text.dropFirst().dropLast())
            guard !inner.contains("/"), Quantity.isNetwork(inner) else { throw refuse("\(inner) is no address") }
            return inner
        }
        if !text.contains("/"), Quantity.isNetwork(text) { return text }
        // A host of one label, as in small networks, is fine; the rules for its letters are those of a domain.
        do {
            return try DomainName(text).name
        } catch {
            let plain = text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
                default: false
                }
            }
            guard plain, !text.isEmpty, text.utf8.count <= 63 else { throw refuse("the host is no name") }
            return text.lowercased()
        }
    }
}
