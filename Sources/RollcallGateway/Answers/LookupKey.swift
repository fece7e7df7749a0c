internal import CHash
internal import RollcallCore

/// What was asked for, taken apart: an address, a bare domain, or neither. Gateways send what came over the wire, so
/// anything can be in it. Kept and used again, which spares the allocations.
struct LookupKey {
    private(set) var hasAt = false
    /// In A-labels; empty where there is no domain in it.
    private(set) var domain: [UInt8] = []
    /// The local part in its compare form; empty where it is none that an address book can have.
    private(set) var local: [UInt8] = []
    private var parser = AddressParser()

    /// A record, and what of the local part is behind it: the sub-address with the character that starts it.
    struct Found {
        let record: SnapshotRecord
        let tag: ArraySlice<UInt8>
    }

    mutating func read(_ asked: UnsafeRawBufferPointer) {
        domain.removeAll(keepingCapacity: true)
        local.removeAll(keepingCapacity: true)
        if parser.parse(asked) == nil {
            hasAt = true
            take()
            return
        }
        let at = asked.lastIndex(of: UInt8(ascii: "@"))
        hasAt = at != nil
        let name = UnsafeRawBufferPointer(rebasing: asked[(at.map { $0 + 1 } ?? 0)...])
        guard !name.isEmpty, name.count <= 1024,
            let checked = try? DomainName(String(decoding: name, as: UTF8.self))
        else { return }
        domain += checked.name.utf8
        if let at { readQuoted(UnsafeRawBufferPointer(rebasing: asked[..<at])) }
    }

    /// `"john"@…`: what is between the quotes, if an address can have that without them.
    private mutating func readQuoted(_ quoted: UnsafeRawBufferPointer) {
        guard quoted.count >= 3, quoted.count <= 200, quoted.first == 0x22, quoted.last == 0x22 else { return }
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in quoted.dropFirst().dropLast() {
            if byte == 0x5C, !isEscaped {
                isEscaped = true
            } else {
                plain.append(byte)
                isEscaped = false
            }
        }
        plain.append(UInt8(ascii: "@"))
        plain += domain
        if plain.withUnsafeBytes({ parser.parse($0) }) == nil {
            domain.removeAll(keepingCapacity: true)
            take()
        }
    }

    private mutating func take() {
        local += parser.key[..<parser.localLength]
        domain += parser.key[(parser.localLength + 1)...]
    }

    /// Addresses that every domain has (RFC 5321, RFC 2142).
    var isRole: Bool { local.elementsEqual("postmaster".utf8) || local.elementsEqual("abuse".utf8) }

    var hash: UInt64 { local.withUnsafeBytes { rollcall_hash64($0.baseAddress, $0.count, 0) } }

    /// Whether it is this address, in whatever name of the domain.
    func `is`(_ address: String, in book: Snapshot) -> Bool {
        let name = Array(address.utf8)
        guard let at = name.lastIndex(of: UInt8(ascii: "@")), name[..<at].elementsEqual(local) else { return false }
        let domain = String(decoding: name[(at + 1)...], as: UTF8.self)
        return domain == book.name || book.facts.aliases.contains(domain)
    }

    /// The whole local part first, then what is before one of the domain's characters, the longest first.
    func find(in book: Snapshot) -> Found? {
        guard !local.isEmpty else { return nil }
        if let record = find(local.count, in: book) { return Found(record: record, tag: []) }
        guard !book.facts.subaddress.isEmpty else { return nil }
        var end = local.count - 1
        while end > 0 {
            if book.facts.subaddress.contains(local[end]), let record = find(end, in: book) {
                return Found(record: record, tag: local[end...])
            }
            end -= 1
        }
        return nil
    }

    private func find(_ length: Int, in book: Snapshot) -> SnapshotRecord? {
        let record = local.withUnsafeBytes { book.find(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
        if record != nil { return record }
        let part = local[..<length]
        guard part.contains(where: { $0 >= 0x80 }) else { return nil }
        return FoldedForm.of(part).withUnsafeBytes { book.find($0) }
    }
}
