/// The plan of a delta: the same changes that a plan of everything comes to, worked out from the objects that were
/// touched since the book was last planned and from those alone that they concern.
///
/// It rests on the book being what the mirror asked for before the touch, by the same rules, with nobody having changed
/// it since; who lost an address to another then is among the touched. Then an object's part in the book can only change
/// if it is touched itself, if it holds an address that a touched one claims, claimed or names, or if it is a list with
/// a touched one among its members. All of these are planned; the members of their lists are looked at; the rest of the
/// mirror is not read, and the rest of the book only passed over.
package struct TouchedPlan<Ground: PlanGround> {
    let ground: Ground
    let rules: Rules
    let source: OwnerID
    let orphans: Set<OwnerID>
    /// More objects than this are no small matter: a plan of everything is made instead.
    let limit: Int

    /// The touched as they were and as they are.
    var before: Planner
    var after: Planner
    /// For the wishes of others.
    var probe: Planner
    /// Addresses whose holders take part.
    var places = ByteTable()
    /// Objects that are planned, lists whose members are worked out, and objects that are looked at.
    var planned = ByteTable()
    var lists = ByteTable()
    var held: HeldObjects
    var edges = HeldEdges()

    package init(ground: Ground, rules: Rules, source: OwnerID, orphans: Set<OwnerID>, limit: Int) {
        self.ground = ground
        self.rules = rules
        self.source = source
        self.orphans = orphans
        self.limit = limit
        before = Planner(rules: rules, source: source)
        after = Planner(rules: rules, source: source)
        probe = Planner(rules: rules, source: source)
        held = HeldObjects()
    }

    /// Hands out the changes as `Planner.finish` does; `nil`, and nothing handed out, if too much is concerned.
    /// - Parameter leftOut: what was left out when the book was last planned.
    package mutating func finish(
        _ touched: [TouchedObject], leftOut: LeftOut, _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> PlanOutcome? {
        try findParents(of: try compare(touched))
        var planner: Planner
        repeat {
            guard try holdMembers() else { return nil }
            planner = Planner(rules: rules, source: source, orphans: orphans)
        } while try !addEntries(to: &planner)
        held.sort()
        for index in held.all.indices {
            held.withObject(index) { object, id, attributes in
                planner.add(
                    object: id, kind: object.kind, firstSeen: object.firstSeen, attributes: attributes,
                    isBystander: planned.find(id) == nil)
            }
        }
        edges.sort()
        edges.forEach { planner.add(edge: $0, member: $1, mail: $2) }
        var outcome = try planner.finish(emit)
        outcome.leftOut = leftOut.moved(from: before.leftOut, to: after.leftOut, clash: outcome.leftOut.clash)
        return outcome
    }

    // MARK: Whom the touched concern

    /// Takes in the touched; returns the ids of those that stand otherwise than before in the lists that they are in.
    private mutating func compare(_ touched: [TouchedObject]) throws -> [[UInt8]] {
        var moved: [[UInt8]] = []
        for item in touched {
            try item.id.withUnsafeBytes { id in
                var (old, new): (Wish?, Wish?)
                if let present = item.before {
                    present.data.withUnsafeBytes {
                        before.add(object: id, kind: present.kind, firstSeen: 0, attributes: AttributeList($0))
                    }
                    old = before.lastWish
                }
                _ = try ground.object(id) { kind, firstSeen, attributes in
                    after.add(object: id, kind: kind, firstSeen: firstSeen, attributes: attributes)
                    new = after.lastWish
                }
                for key in (old?.keys ?? []) + (new?.keys ?? []) { key.withUnsafeBytes { _ = places.intern($0) } }
                try plan(id)
                let isList = old?.isList == true || new?.isList == true
                if isList { _ = lists.intern(id) }
                let isAside = old?.isAside == true || new?.isAside == true
                if old?.standing != new?.standing || item.why == .contested || isAside { moved.append(item.id) }
            }
        }
        return moved
    }

    /// Lists with one of these among their members, also by way of groups that stand aside for theirs.
    private mutating func findParents(of moved: [[UInt8]]) throws {
        var found: [[UInt8]] = []
        try ground.eachMailEdge { group, mail in
            if probe.judge.judge(mail) == .usable,
                probe.judge.key.withUnsafeBytes({ places.find($0) }) != nil, lists.find(group) == nil
            {
                _ = lists.intern(group)
                found.append(Array(group))
            }
        }
        var next = moved + (try found.filter { try $0.withUnsafeBytes { try isAside($0) } })
        while !next.isEmpty {
            var members = ByteTable()
            for id in next { id.withUnsafeBytes { _ = members.intern($0) } }
            found = []
            try ground.eachEdge { group, member in
                guard members.find(member) != nil, lists.find(group) == nil else { return }
                _ = lists.intern(group)
                found.append(Array(group))
            }
            next = try found.filter { try $0.withUnsafeBytes { try isAside($0) } }
        }
        for index in 0..<lists.count { try lists.withBytes(index) { try plan($0) } }
    }

    /// The members of the lists that are planned, and of groups in them that stand aside. Whether it is not too much.
    private mutating func holdMembers() throws -> Bool {
        var next = 0
        while next < lists.count {
            let group = lists.withBytes(next) { Array($0) }
            next += 1
            try group.withUnsafeBytes { group in
                guard edges.begin(group) else { return }
                try ground.eachMember(of: group) { member, mail in
                    edges.add(member, mail)
                    if !mail.isEmpty, probe.judge.judge(mail) == .usable {
                        probe.judge.key.withUnsafeBytes { _ = places.intern($0) }
                    }
                    if try hold(member), try isAside(member) { _ = lists.intern(member) }
                }
            }
            if held.all.count > limit { return false }
        }
        return held.all.count <= limit
    }

    /// Adds the entries that take part, and counts the others. Whether all of their objects are held; if not, they are
    /// now, and the book has to be gone through again.
    private mutating func addEntries(to planner: inout Planner) throws -> Bool {
        var isComplete = true
        var owners: [[UInt8]] = []
        var keys = KeyScratch()
        try ground.eachEntry { row in
            let isOwn = row.owner == source
            let isPlanned = isOwn && !row.objectID.isEmpty && planned.find(row.objectID) != nil
            if isPlanned || keys.names(row, places) {
                planner.add(entry: row)
                if isOwn, !isPlanned, !row.objectID.isEmpty { owners.append(Array(row.objectID)) }
            } else if isOwn {
                planner.outcome.facts.count(row)
            }
        }
        for id in owners {
            try id.withUnsafeBytes { id in
                try plan(id)
                guard try holds(list: id), lists.find(id) == nil else { return }
                _ = lists.intern(id)
                isComplete = false
            }
        }
        return isComplete
    }

    // MARK: Objects

    private mutating func plan(_ id: UnsafeRawBufferPointer) throws {
        _ = planned.intern(id)
        _ = try hold(id)
    }

    /// Keeps the object for the planner. Whether it is there and was not kept yet.
    private mutating func hold(_ id: UnsafeRawBufferPointer) throws -> Bool {
        guard held.begin(id) else { return false }
        return try ground.object(id) { kind, firstSeen, attributes in
            held.add(id, kind, firstSeen, attributes)
        }
    }

    private mutating func wish(_ id: UnsafeRawBufferPointer) throws -> Wish? {
        var wish: Wish?
        _ = try ground.object(id) { kind, firstSeen, attributes in
            guard kind == .group else { return }
            probe.add(object: id, kind: kind, firstSeen: firstSeen, attributes: attributes)
            wish = probe.lastWish
        }
        return wish
    }

    private mutating func isAside(_ id: UnsafeRawBufferPointer) throws -> Bool { try wish(id)?.isAside ?? false }
    private mutating func holds(list id: UnsafeRawBufferPointer) throws -> Bool { try wish(id)?.isList ?? false }
}

extension LeftOut {
    /// The whole, after the part that was `before` has become `after`. Clashes are known anew.
    func moved(from before: LeftOut, to after: LeftOut, clash: Int) -> LeftOut {
        var moved = self
        moved.foreign += after.foreign - before.foreign
        moved.excluded += after.excluded - before.excluded
        moved.invalid += after.invalid - before.invalid
        moved.disabled += after.disabled - before.disabled
        moved.noAddress += after.noAddress - before.noAddress
        moved.clash = clash
        return moved
    }
}
