/// Who is in a list: direct members as addresses; a group that is not in the book stands aside for its own members,
/// cycles being harmless; outsiders stay; whoever else is not in the book is left out.
extension Planner {
    /// A member as it will stand in the list: its address and how to write it.
    struct Member {
        var address: Int32
        var shown: Shown
        enum Shown {
            case claim(Int32)
            case external(ByteArena.Reference)
            /// The primary of an entry that this plan does not touch.
            case entry(Int32)
        }
    }

    /// Where each group's edges begin and end, by number of id.
    struct EdgeIndex {
        var ranges: [Int32: Range<Int>] = [:]
        /// By number of id and of address: the list that met it last.
        var visited: [Int32] = []
        var met: [Int32] = []
        var stamp: Int32 = 0

        /// Whether the list at hand meets this address for the first time.
        mutating func meets(_ address: Int32) -> Bool {
            while met.count <= Int(address) { met.append(0) }
            guard met[Int(address)] != stamp else { return false }
            met[Int(address)] = stamp
            return true
        }
    }

    mutating func indexEdges() -> EdgeIndex {
        var index = EdgeIndex()
        guard !edges.isEmpty else { return index }
        bringGroupsTogether()
        let ids = ids
        var start = 0
        for end in 1...edges.count where end == edges.count || edges[end].group != edges[start].group {
            let range = start..<end
            // Mostly they come by their ids already.
            let isSorted = range.dropFirst().allSatisfy {
                edges[$0].member == edges[$0 - 1].member
                    || ids.precedes(Int(edges[$0 - 1].member), Int(edges[$0].member))
            }
            if !isSorted {
                edges[range].sort { $0.member != $1.member && ids.precedes(Int($0.member), Int($1.member)) }
            }
            index.ranges[edges[start].group] = range
            start = end
        }
        index.visited = [Int32](repeating: 0, count: ids.count)
        index.met = [Int32](repeating: 0, count: addresses.count)
        return index
    }

    /// Each group's edges behind one another, in the order in which they came: by counting, for there may be millions.
    private mutating func bringGroupsTogether() {
        var places = [Int32](repeating: 0, count: ids.count + 1)
        var isTogether = true
        var (previous, last) = (Int32(-1), edges.count)
        for (position, edge) in edges.enumerated() {
            if edge.group != previous, places[Int(edge.group) + 1] > 0 { isTogether = false }
            previous = edge.group
            last = position
            places[Int(edge.group) + 1] += 1
        }
        guard !isTogether else { return }
        for group in 1..<places.count { places[group] += places[group - 1] }
        var together = [PlannedEdge](repeating: edges[last], count: edges.count)
        for edge in edges {
            together[Int(places[Int(edge.group)])] = edge
            places[Int(edge.group)] += 1
        }
        edges = together
    }

    /// The members of a group's list, in the order of their compare keys.
    mutating func members(of object: PlannedObject, _ index: inout EdgeIndex) -> [Member] {
        guard !edges.isEmpty else { return [] }
        index.stamp += 1
        index.visited[Int(object.id)] = index.stamp
        var open = [object.id]
        let own = object.primary >= 0 ? claims[Int(object.primary)].address : -1
        var found: [(prefix: UInt64, member: Member)] = []
        while let group = open.popLast() {
            guard let range = index.ranges[group] else { continue }
            for position in range {
                let edge = edges[position]
                switch resolve(edge) {
                case .member(let member):
                    // An address may be reached on several ways, spelled differently: the first by id speaks.
                    if member.address != own, index.meets(member.address) {
                        found.append((addresses.prefix(Int(member.address)), member))
                    }
                case .group(let id):
                    if index.visited[Int(id)] != index.stamp {
                        index.visited[Int(id)] = index.stamp
                        open.append(id)
                    }
                case .nobody: break
                }
            }
        }
        // Taken alone: taking the planner would copy it at each comparison.
        let addresses = addresses
        found.sort {
            $0.prefix != $1.prefix
                ? $0.prefix < $1.prefix
                : addresses.precedes(Int($0.member.address), Int($1.member.address))
        }
        return found.map(\.member)
    }

    private enum Resolution {
        case member(Member)
        case group(Int32)
        case nobody
    }

    private mutating func resolve(_ edge: PlannedEdge) -> Resolution {
        let index = objectOfID[Int(edge.member)]
        guard index >= 0 else { return edge.mail.isNone ? .nobody : resolve(mail: edge.mail) }
        let object = objects[Int(index)]
        if object.primary >= 0 {
            return .member(
                Member(address: claims[Int(object.primary)].address, shown: .claim(object.primary)))
        }
        // Its address may be in the book by another hand.
        if object.status == .usable, object.nominal >= 0, let member = present(object.nominal) {
            return .member(member)
        }
        if object.kind == .list { return .group(edge.member) }
        if object.external >= 0, object.status == .addressless || object.status == .usable {
            return .member(Member(address: object.external, shown: .external(object.externalShown)))
        }
        return .nobody
    }

    /// A member that is named by address.
    private mutating func resolve(mail: ByteArena.Reference) -> Resolution {
        let arena = arena
        return arena.withBytes(mail) { raw in
            switch judge.judge(raw) {
            case .usable:
                guard let address = judge.key.withUnsafeBytes({ addresses.find($0) }) else { return .nobody }
                let winner = states[address].winner
                if winner >= 0 {
                    let primary = objects[Int(claims[Int(winner)].object)].primary
                    guard primary >= 0 else { return .nobody }
                    return .member(Member(address: claims[Int(primary)].address, shown: .claim(primary)))
                }
                return present(Int32(truncatingIfNeeded: address)).map { .member($0) } ?? .nobody
            case .foreign:
                let address = judge.key.withUnsafeBytes { internAddress($0) }
                let trimmed = judge.shown.map { mail.part($0) }
                return .member(
                    Member(address: Int32(truncatingIfNeeded: address), shown: .external(trimmed ?? mail)))
            case .excluded, .invalid: return .nobody
            }
        }
    }

    /// The entry of another owner that has this address in use, as a member.
    private func present(_ address: Int32) -> Member? {
        let state = states[Int(address)]
        guard state.entry >= 0, state.role != .grace, state.winner < 0 else { return nil }
        let entry = entries[Int(state.entry)]
        guard entry.ownership != .own, entry.primary >= 0 else { return nil }
        return Member(address: entry.primary, shown: .entry(state.entry))
    }

    func withShown<T>(_ member: Member, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        switch member.shown {
        case .claim(let claim): try withShown(claims[Int(claim)], body)
        case .external(let reference): try arena.withBytes(reference, body)
        case .entry(let entry):
            try arena.withBytes(entries[Int(entry)].row) { row in
                var reader = ByteReader(row)
                guard let row = BookRow(&reader) else { return try body(row) }
                var content = ByteReader(row.content)
                _ = content.number(UInt8.self)
                return try body(content.counted() ?? row.key)
            }
        }
    }
}
