/// Objects and memberships that a plan of the touched has looked up, copied, since the planner wants them in the order of
/// their ids and after the book.

struct HeldObjects {
    struct Item {
        var id: Range<Int>
        var data: Range<Int>
        var kind: RecordKind
        var firstSeen: Int64
    }

    private(set) var all: [Item] = []
    private var known = ByteTable()
    private var bytes: [UInt8] = []

    /// Whether this id is new.
    mutating func begin(_ id: UnsafeRawBufferPointer) -> Bool {
        let count = known.count
        return known.intern(id) == count
    }

    mutating func add(
        _ id: UnsafeRawBufferPointer, _ kind: RecordKind, _ firstSeen: Int64, _ attributes: AttributeList
    ) {
        all.append(
            Item(id: bytes.keep(id), data: bytes.keep(attributes.bytes), kind: kind, firstSeen: firstSeen))
    }

    mutating func sort() {
        bytes.withUnsafeBytes { bytes in
            all.sort {
                UnsafeRawBufferPointer(rebasing: bytes[$0.id]).precedes(UnsafeRawBufferPointer(rebasing: bytes[$1.id]))
            }
        }
    }

    func withObject(_ index: Int, _ body: (Item, UnsafeRawBufferPointer, AttributeList) -> Void) {
        bytes.withUnsafeBytes { bytes in
            body(
                all[index], UnsafeRawBufferPointer(rebasing: bytes[all[index].id]),
                AttributeList(UnsafeRawBufferPointer(rebasing: bytes[all[index].data])))
        }
    }
}

struct HeldEdges {
    private struct Group {
        var id: Range<Int>
        var edges: Range<Int>
    }

    private var groups: [Group] = []
    private var edges: [(member: Range<Int>, mail: Range<Int>)] = []
    private var known = ByteTable()
    private var bytes: [UInt8] = []

    /// What is added next is in this group. Whether it is new.
    mutating func begin(_ group: UnsafeRawBufferPointer) -> Bool {
        let count = known.count
        guard known.intern(group) == count else { return false }
        groups.append(Group(id: bytes.keep(group), edges: edges.count..<edges.count))
        return true
    }

    mutating func add(_ member: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer) {
        edges.append((bytes.keep(member), bytes.keep(mail)))
        groups[groups.count - 1].edges = groups[groups.count - 1].edges.lowerBound..<edges.count
    }

    mutating func sort() {
        bytes.withUnsafeBytes { bytes in
            groups.sort {
                UnsafeRawBufferPointer(rebasing: bytes[$0.id]).precedes(UnsafeRawBufferPointer(rebasing: bytes[$1.id]))
            }
        }
    }

    func forEach(
        _ body: (_ group: UnsafeRawBufferPointer, _ member: UnsafeRawBufferPointer, _ mail: UnsafeRawBufferPointer)
            -> Void
    ) {
        bytes.withUnsafeBytes { bytes in
            func view(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
            for group in groups {
                for edge in edges[group.edges] { body(view(group.id), view(edge.member), view(edge.mail)) }
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func keep(_ part: UnsafeRawBufferPointer) -> Range<Int> {
        let start = count
        append(contentsOf: part)
        return start..<count
    }
}
