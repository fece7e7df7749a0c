package import RollcallCore

/// Writes memberships, inside one transaction: a group's changes are gathered, and its row is written when the next
/// group's turn comes, so those of one group should come together; best in the order of their members. `end` writes the
/// last.
package final class MembershipWriter {
    private let read: any BulkStatement
    private let upsert: any BulkStatement
    private let remove: any BulkStatement
    private var group: [UInt8] = []
    private var isOpen = false
    /// The group's members as the store has them, and where each begins, found out when one is looked for.
    private var present: [UInt8] = []
    private var places: [Int] = []
    /// What becomes of single members: their address, or `nil` for no member any more.
    private var edits: [[UInt8]: [UInt8]?] = [:]
    /// Members of a group that the store has nothing of, as long as they come in order: they are its row already.
    private var row = Row()
    private var isFresh = false
    private var last = 0..<0

    private struct Row {
        var bytes: [UInt8] = []
        var count: Int64 = 0
        var mails: Int64 = 0

        @inline(__always)
        mutating func append(_ member: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer) {
            MemberList.append(member, mail, to: &bytes)
            count += 1
            if !mail.isEmpty { mails += 1 }
        }

        mutating func clear() {
            bytes.removeAll(keepingCapacity: true)
            (count, mails) = (0, 0)
        }
    }

    package init(_ db: any Database, _ source: SourceKey) throws {
        read = try db.bulk("SELECT members FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?")
        upsert = try db.bulk(
            """
            INSERT INTO edges (domain_id, source_id, group_id, count, mails, members) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (domain_id, source_id, group_id) DO UPDATE
            SET count = excluded.count, mails = excluded.mails, members = excluded.members
            """)
        remove = try db.bulk("DELETE FROM edges WHERE domain_id = ? AND source_id = ? AND group_id = ?")
        for statement in [read, upsert, remove] {
            statement.bind(0, source.domain)
            statement.bind(1, source.source)
        }
    }

    /// Adds the membership, or replaces its address.
    package func put(
        _ member: UnsafeRawBufferPointer, mail: UnsafeRawBufferPointer, in group: UnsafeRawBufferPointer
    ) throws {
        try open(group)
        if isFresh, row.count == 0 || row.bytes.withUnsafeBytes({ view($0, last).precedes(member) }) {
            row.append(member, mail)
            let end = row.bytes.count - mail.count - (mail.count < 0x80 ? 1 : 2)
            last = end - member.count..<end
        } else {
            try loosen()
            edits[Array(member)] = .some(Array(mail))
        }
    }

    package func delete(_ member: UnsafeRawBufferPointer, in group: UnsafeRawBufferPointer) throws {
        try open(group)
        try loosen()
        edits[Array(member)] = .some(nil)
    }

    /// Deletes all of the group's memberships; answers how many there were.
    @discardableResult
    package func deleteAll(in group: UnsafeRawBufferPointer) throws -> Int64 {
        try open(group)
        try loosen()
        try merge()
        isOpen = false
        try deleteRow()
        return row.count
    }

    /// Whether there is such a membership, also one that was put just now; hands out its address if so.
    package func find(
        _ member: UnsafeRawBufferPointer, in group: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws -> Bool {
        try open(group)
        try loosen()
        if let edit = edits[Array(member)] {
            edit?.withUnsafeBytes(body)
            return edit != nil
        }
        return try present.withUnsafeBytes { all in
            if places.isEmpty { places = try Self.places(all) }
            var (low, high) = (0, places.count)
            while low < high {
                let middle = (low + high) / 2
                guard let found = try entry(at: places[middle], all) else { return false }
                if found.id.isEqual(to: member) {
                    body(found.mail)
                    return true
                }
                if found.id.precedes(member) { low = middle + 1 } else { high = middle }
            }
            return false
        }
    }

    /// Writes what is not written yet.
    package func end() throws {
        guard isOpen else { return }
        isOpen = false
        if !isFresh {
            guard !edits.isEmpty else { return }
            try merge()
        }
        if row.count == 0 { return try deleteRow() }
        upsert.bind(3, row.count)
        upsert.bind(4, row.mails)
        try group.withUnsafeBytes { group in
            try row.bytes.withUnsafeBytes { members in
                upsert.bind(2, bytes: group)
                upsert.bind(5, bytes: members)
                try upsert.run()
            }
        }
    }

    // MARK: The group at hand

    private func open(_ next: UnsafeRawBufferPointer) throws {
        if isOpen, group.withUnsafeBytes({ $0.isEqual(to: next) }) { return }
        try end()
        group = Array(next)
        row.clear()
        edits.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        present.removeAll(keepingCapacity: true)
        isFresh = true
        read.bind(2, bytes: next)
        try read.each {
            isFresh = false
            present.append(contentsOf: $0.bytes(0))
        }
        isOpen = true
    }

    /// From a row that is only added to, to members that are changed singly.
    private func loosen() throws {
        guard isFresh else { return }
        isFresh = false
        try row.bytes.withUnsafeBytes { all in
            var list = MemberList(all)
            while let member = try list.next() { edits[Array(member.id)] = .some(Array(member.mail)) }
        }
    }

    /// Makes the row of what is in the store and of what becomes of it.
    private func merge() throws {
        row.clear()
        var changes = edits.sorted { $0.key.lexicographicallyPrecedes($1.key) }[...]
        func takeChange() {
            guard let (id, mail) = changes.popFirst(), let mail else { return }
            id.withUnsafeBytes { id in mail.withUnsafeBytes { row.append(id, $0) } }
        }
        try present.withUnsafeBytes { all in
            var list = MemberList(all)
            while let member = try list.next() {
                while let change = changes.first, change.key.withUnsafeBytes({ $0.precedes(member.id) }) {
                    takeChange()
                }
                if let change = changes.first, change.key.withUnsafeBytes({ $0.isEqual(to: member.id) }) {
                    takeChange()
                } else {
                    row.append(member.id, member.mail)
                }
            }
        }
        while !changes.isEmpty { takeChange() }
    }

    private func deleteRow() throws {
        try group.withUnsafeBytes {
            remove.bind(2, bytes: $0)
            try remove.run()
        }
    }

    private static func places(_ all: UnsafeRawBufferPointer) throws -> [Int] {
        var places: [Int] = []
        var list = MemberList(all)
        var place = 0
        while try list.next() != nil {
            places.append(place)
            place = all.count - list.rest
        }
        return places
    }

    private func entry(at place: Int, _ all: UnsafeRawBufferPointer) throws -> MemberList.Member? {
        var list = MemberList(view(all, place..<all.count))
        return try list.next()
    }

    private func view(_ all: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: all[range])
    }
}
