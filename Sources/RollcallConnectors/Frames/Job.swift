internal import RollcallCore

/// What a worker is told before anything else: the OPEN frame, as both sides see it.
struct Job {
    enum Kind: UInt8 {
        /// Open one instance and serve calls.
        case run = 0
        /// Load the library and say which connectors it has.
        case scan
        /// One test of the conformance kit.
        case check
    }

    var kind = Kind.run
    var library = ""
    var connector = ""
    /// The name of the test, for `check`.
    var test = ""
    var product = "Rollcall/1.0.0"
    var temporary = ""
    /// What may be read besides the system's own files.
    var readable: [String] = []
    /// The ports that may be connected to; `nil` for any.
    var ports: [UInt16]?
    var mayExecute = false
    var mayListen = false
    var memory: UInt64 = 0
    var files: UInt64 = 0
    var fileSize: UInt64 = 0
    var longestWait: UInt64 = 0
    var networks = ""
    /// The hosts that a consent may be on, for `check`.
    var consentHosts: [String] = []
    /// Settings and secrets alike: the connector does not tell them apart.
    var settings: [(name: String, value: String)] = []

    func frame() -> [UInt8]? {
        var writer = FrameWriter(.open)
        writer.number(kind.rawValue)
        for text in [library, connector, test, product, temporary, networks] { writer.text(text) }
        writer.texts(readable)
        writer.texts(consentHosts)
        writer.number(UInt8(ports == nil ? 0 : 1))
        writer.number(UInt32(ports?.count ?? 0))
        for port in ports ?? [] { writer.number(port) }
        writer.number(UInt8(mayExecute ? 1 : 0))
        writer.number(UInt8(mayListen ? 1 : 0))
        for number in [memory, files, fileSize, longestWait] { writer.number(number) }
        writer.pairs(settings)
        return writer.finished()
    }

    init() {}

    init?(_ body: UnsafeRawBufferPointer) {
        var reader = ByteReader(body)
        guard let raw = reader.number(UInt8.self), let kind = Kind(rawValue: raw), let library = reader.text(),
            let connector = reader.text(), let test = reader.text(), let product = reader.text(),
            let temporary = reader.text(), let networks = reader.text(), let readable = reader.texts(),
            let consentHosts = reader.texts(),
            let restricted = reader.number(UInt8.self), let count = reader.number(UInt32.self), count <= 65_536
        else { return nil }
        var ports: [UInt16] = []
        for _ in 0..<count {
            guard let port = reader.number(UInt16.self) else { return nil }
            ports.append(port)
        }
        guard let execute = reader.number(UInt8.self), let listen = reader.number(UInt8.self),
            let memory = reader.number(UInt64.self), let files = reader.number(UInt64.self),
            let fileSize = reader.number(UInt64.self), let wait = reader.number(UInt64.self),
            let settings = reader.pairs()
        else { return nil }
        self.kind = kind
        self.library = library
        self.connector = connector
        self.test = test
        self.product = product
        self.temporary = temporary
        self.readable = readable
        self.consentHosts = consentHosts
        self.ports = restricted == 1 ? ports : nil
        self.mayExecute = execute == 1
        self.mayListen = listen == 1
        self.memory = memory
        self.files = files
        self.fileSize = fileSize
        self.longestWait = wait
        self.networks = networks
        self.settings = settings
    }
}
