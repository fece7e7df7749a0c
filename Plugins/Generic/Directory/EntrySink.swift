/// Where the rows of every format end: they are judged, and become records.
///
/// Judged is only what the list itself decides: that a row has an id, that its type is a word we know, that no other
/// row bears the same id with another content. Whether an address is one is the host's business. A bad row is counted;
/// one more than the setting tolerates ends the read, which is then not complete.

internal import CHash
internal import ConnectorKit

final class EntrySink {
    private let emitter: Emitter?
    private let options: Options
    private var seen = SeenIDs()
    /// An address in lower case, until the next row.
    private let lowerCase = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 1)
    private var badPlaces: [String] = []

    private(set) var rows = 0
    private(set) var badRows = 0

    /// Without an emitter it only judges and counts: that is what `check` does.
    init(_ emitter: Emitter?, _ options: Options) {
        self.emitter = emitter
        self.options = options
    }

    deinit { lowerCase.deallocate() }

    func flush() throws(Stop) { try emitter?.flush() }

    // MARK: Bad rows

    func bad(_ place: Place, _ reason: String) throws(Stop) {
        badRows += 1
        if badPlaces.count < 5 { badPlaces.append("\(place.title) \(reason)") }
        guard badRows > options.toleratedBadRows else { return }
        let before = badRows == 1 ? "" : " That makes \(badRows) bad rows."
        throw .failed(
            "\(place.title) \(reason).\(before)",
            detail: "bad_rows=\(options.toleratedBadRows): "
                + badPlaces.joined(separator: "; "))
    }

    /// Says at the end of a complete read which rows were tolerated.
    func report(_ host: Host) {
        guard badRows > 0 else { return }
        host.warn(
            "\(badRows) bad \(badRows == 1 ? "row was" : "rows were") left out: \(badPlaces.joined(separator: "; ")).",
            field: "bad_rows")
    }

    // MARK: Rows

    func add(_ row: borrowing Row) throws(Stop) {
        guard let kind = row.kind ?? RowKind(word: row.type) else {
            return try bad(row.place, "has the unknown type \"\(row.type.shown)\"")
        }
        guard fits(row) else { return try bad(row.place, "has a value that is too long") }
        let id = id(of: row)
        guard id.count > 0 else { return try bad(row.place, "has no id and no address to take its place") }
        switch seen.insert(id, content: content(row, kind)) {
        case .new: break
        case .same: return
        case .different: return try bad(row.place, "has the id \"\(id.shown)\" of an earlier row, with other content")
        }
        rows += 1
        guard let emitter else { return }
        try emit(row, kind, id, emitter)
    }

    /// The row's own id, else its address; good until the next row.
    func id(of row: borrowing Row) -> Bytes { row.id.count > 0 ? row.id : lowered(row.mail) }

    private func emit(_ row: borrowing Row, _ kind: RowKind, _ id: Bytes, _ emitter: Emitter) throws(Stop) {
        let isLent = row.id.count > 0 && row.isIDLent
        if isLent {
            try emitter.begin(.put, kind.record, id: id)
        } else {
            try emitter.begin(.put, kind.record, copying: id)
        }
        if row.mail.count > 0 { emitter.add(.mail, row.mail) }
        for proxy in row.proxies { emitter.add(.proxyAddress, proxy) }
        for alias in row.aliases { emitter.add(.alias, alias) }
        if row.name.count > 0 { emitter.add(.displayName, row.name) }
        if let type = kind.attribute {
            emitter.add(.type, Bytes(start: type.utf8Start, count: type.utf8CodeUnitCount))
        }
        emitter.add(.where, place(row.place, emitter))
        guard kind == .list else { return }
        for member in row.members {
            if isLent {
                try emitter.begin(.put, .membership, id: id, peer: member)
            } else {
                try emitter.begin(.put, .membership, copying: id, peer: member)
            }
            // A member that is named by an address may be no row of the list.
            if member.firstIndex(ofByte: 0x40) != nil { emitter.add(.mail, member) }
        }
    }

    /// "member is in id", both being ids of rows.
    func edge(copying id: Bytes, _ member: Bytes) throws(Stop) {
        try emitter?.begin(.put, .membership, copying: id, peer: member)
    }

    // MARK: Pieces

    /// What the interface's records can carry; an id longer than 1 KiB is no id.
    private func fits(_ row: borrowing Row) -> Bool {
        var total = row.mail.count + row.name.count
        for alias in row.aliases { total += alias.count + 16 }
        for proxy in row.proxies { total += proxy.count + 24 }
        guard row.id.count <= 1024, total <= 1000 << 10, row.id.count > 0 || row.mail.count <= 1024 else {
            return false
        }
        for member in row.members where member.count > 1024 { return false }
        return row.aliases.count + row.proxies.count <= 10_000
    }

    /// An address that stands for an id, so that its spelling does not make another object of it.
    private func lowered(_ mail: Bytes) -> Bytes {
        let count = min(mail.count, lowerCase.count)
        for index in 0..<count { lowerCase[index] = Bytes.lower(mail[index]) }
        return Bytes(rebasing: lowerCase[0..<count])
    }

    private func content(_ row: borrowing Row, _ kind: RowKind) -> UInt64 {
        var hash = seen.seed ^ UInt64(kind.record.rawValue) &* 31
        func add(_ bytes: Bytes) { hash = rollcall_hash64(bytes.baseAddress, bytes.count, hash &+ 0x9E37_79B9) }
        add(row.mail)
        add(row.name)
        add(row.type)
        for value in row.aliases { add(value) }
        hash = hash &+ 1
        for value in row.proxies { add(value) }
        hash = hash &+ 1
        for value in row.members { add(value) }
        hash = hash &+ 1
        for value in row.names { add(value) }
        return hash
    }

    private func place(_ place: Place, _ emitter: Emitter) -> Bytes {
        switch place {
        case .name(let name, _): return name
        case .line(let number): return numbered("line ", number, emitter)
        case .entry(let number): return numbered("entry ", number, emitter)
        }
    }

    private func numbered(_ word: StaticString, _ number: Int, _ emitter: Emitter) -> Bytes {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { room in
            var at = 32
            var rest = number
            repeat {
                at -= 1
                room[at] = 0x30 + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            for index in (0..<word.utf8CodeUnitCount).reversed() {
                at -= 1
                room[at] = word.utf8Start[index]
            }
            return emitter.copying(Bytes(rebasing: room[at..<32]))
        }
    }
}
