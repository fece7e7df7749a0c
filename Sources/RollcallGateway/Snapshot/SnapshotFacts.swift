internal import RollcallCore
package import RollcallStore

/// What holds for a whole domain: its names and how unknown local parts are answered.
package struct SnapshotFacts: Equatable, Sendable {
    package var name: String
    package var aliases: [String]
    /// The characters that start a sub-address.
    package var subaddress: [UInt8]
    /// A compare key.
    package var catchall: String?
    /// Lowest preference first.
    package var inbound: [InboundServer]

    package init(
        name: String, aliases: [String] = [], subaddress: [UInt8] = [UInt8(ascii: "+")], catchall: String? = nil,
        inbound: [InboundServer] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.subaddress = subaddress
        self.catchall = catchall
        self.inbound = inbound
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(text: name)
        bytes.append(varint: UInt64(aliases.count))
        for alias in aliases { bytes.append(text: alias) }
        subaddress.withUnsafeBytes { bytes.append(counted: $0) }
        bytes.append(text: catchall ?? "")
        bytes.append(varint: UInt64(inbound.count))
        for server in inbound {
            bytes.append(text: server.host)
            bytes.append(varint: UInt64(server.port))
            bytes.append(varint: UInt64(server.preference))
        }
    }

    /// From bytes that may be anything. Names must be in the one form that is compared, and hosts must be such that they
    /// cannot break out of the answer that they are put in.
    init(_ bytes: UnsafeRawBufferPointer) throws(SnapshotFlaw) {
        var reader = ByteReader(bytes)
        guard let name = reader.text(), Self.isName(name), let aliasCount = reader.varint(),
            aliasCount <= UInt64(reader.rest.count)
        else { throw .inconsistent }
        var aliases: [String] = []
        for _ in 0..<aliasCount {
            guard let alias = reader.text(), Self.isName(alias) else { throw .inconsistent }
            aliases.append(alias)
        }
        guard let subaddress = reader.counted(), subaddress.count <= 32, let catchall = reader.text(),
            catchall.isEmpty || (try? Address(catchall))?.key == catchall, let serverCount = reader.varint(),
            serverCount <= UInt64(reader.rest.count)
        else { throw .inconsistent }
        var inbound: [InboundServer] = []
        for _ in 0..<serverCount {
            guard let host = reader.text(), Self.isHost(host), let port = reader.varint(), (1...65_535).contains(port),
                let preference = reader.varint(), preference <= 65_535
            else { throw .inconsistent }
            inbound.append(InboundServer(host: host, port: Int(port), preference: Int(preference)))
        }
        guard reader.isAtEnd else { throw .inconsistent }
        self.init(
            name: name, aliases: aliases, subaddress: Array(subaddress), catchall: catchall.isEmpty ? nil : catchall,
            inbound: inbound)
    }

    private static func isName(_ text: String) -> Bool { (try? DomainName(text))?.name == text }

    private static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
