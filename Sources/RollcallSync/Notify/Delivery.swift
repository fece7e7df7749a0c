/// What has become of one attempt to send a message, by recipient.
struct Delivery: Equatable {
    enum Verdict: Equatable {
        case taken
        /// Never: the other side said so, or it can be foreseen.
        case refused(String)
        /// Not now.
        case later(String)
    }

    var verdicts: [String: Verdict]
    /// The other side could not be reached or spoken with at all, so that nothing else would get through either.
    var isAway = false

    init(_ recipients: [String], _ verdict: Verdict, isAway: Bool = false) {
        verdicts = Dictionary(recipients.map { ($0, verdict) }, uniquingKeysWith: { $1 })
        self.isAway = isAway
    }

    var later: [String] { verdicts.filter { if case .later = $0.value { true } else { false } }.keys.sorted() }
    var refused: [String] { verdicts.filter { if case .refused = $0.value { true } else { false } }.keys.sorted() }
    var taken: [String] { verdicts.filter { $0.value == .taken }.keys.sorted() }

    /// Why not everybody has it, in one line.
    var flaw: String? {
        let flaws = verdicts.sorted { $0.key < $1.key }.compactMap { recipient, verdict -> String? in
            switch verdict {
            case .taken: nil
            case .refused(let why), .later(let why): verdicts.count == 1 ? why : "\(recipient): \(why)"
            }
        }
        // A server that is away is away for everybody, and need not be said twenty times.
        let whys = Set(verdicts.values.compactMap { if case .later(let why) = $0 { why } else { nil } })
        if whys.count == 1, let why = whys.first, later.count == verdicts.count { return why }
        return flaws.isEmpty ? nil : flaws.joined(separator: "; ")
    }
}
