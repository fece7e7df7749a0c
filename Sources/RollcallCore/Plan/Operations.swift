/// What a change comes to in operations: counted for the guard, written out for people (product.md, "What counts").

/// An entry's addresses by compare key.
package struct KeyedAddresses {
    package let primary: [UInt8]
    package let aliases: [[UInt8]: String]

    package init(_ entry: Entry?) {
        primary = entry?.key ?? []
        var aliases: [[UInt8]: String] = [:]
        for alias in entry?.aliases ?? [] { aliases[Address.key(of: alias)] = alias }
        self.aliases = aliases
    }

    package func contains(_ key: [UInt8]) -> Bool { key == primary || aliases[key] != nil }
}

extension EntryChange {
    /// Calls `body` with each operation of this change.
    package func forEachOperation(_ body: (Operation) throws -> Void) rethrows {
        // An entry in grace is out of the book as far as operations go: it was counted when its grace began.
        let before = before.flatMap { $0.isGrace ? nil : $0 }
        let after = after.flatMap { $0.isGrace ? nil : $0 }
        guard let present = after ?? before else { return }
        let why = reason.text(note)
        let id = present.objectID.isEmpty ? nil : present.objectID
        func operation(
            _ op: Operation.Op, _ what: Operation.What, _ address: String, of: String? = nil,
            before: Operation.Facts? = nil, after: Operation.Facts? = nil
        ) -> Operation {
            Operation(op, what, address, of: of, before: before, after: after, reason: why, objectId: id)
        }
        let what: Operation.What = present.isList ? .list : .account
        let old = KeyedAddresses(before)
        let new = KeyedAddresses(after)

        switch (before, after) {
        case (nil, .some(let after)):
            try body(operation(.add, what, after.primary, after: after.facts))
        case (.some(let before), nil):
            try body(operation(.delete, what, before.primary, before: before.facts))
        case (.some(let before), .some(let after)):
            if let (oldFacts, newFacts) = Self.difference(before, after, old) {
                try body(operation(.update, what, after.primary, before: oldFacts, after: newFacts))
            }
        case (nil, nil): return
        }

        for alias in before?.aliases ?? [] where !new.contains(Address.key(of: alias)) {
            guard !lost.contains(where: { $0.alias == alias }) else { continue }
            try body(operation(.delete, .alias, alias, of: before?.primary))
        }
        for alias in after?.aliases ?? [] where !old.contains(Address.key(of: alias)) {
            if let move = gained.first(where: { $0.alias == alias }) {
                let (from, to) = (Operation.Facts(of: move.other), Operation.Facts(of: after?.primary))
                try body(operation(.move, .alias, alias, of: after?.primary, before: from, after: to))
            } else {
                try body(operation(.add, .alias, alias, of: after?.primary))
            }
        }

        guard !(before?.members ?? []).isEmpty || !(after?.members ?? []).isEmpty else { return }
        let oldMembers = Set((before?.members ?? []).map { Address.key(of: $0) })
        let newMembers = Set((after?.members ?? []).map { Address.key(of: $0) })
        for member in before?.members ?? [] where !newMembers.contains(Address.key(of: member)) {
            try body(operation(.delete, .member, member, of: before?.primary))
        }
        for member in after?.members ?? [] where !oldMembers.contains(Address.key(of: member)) {
            try body(operation(.add, .member, member, of: after?.primary))
        }
    }

    private static func difference(
        _ before: Entry, _ after: Entry, _ oldAddresses: KeyedAddresses
    ) -> (Operation.Facts, Operation.Facts)? {
        var (old, new) = (Operation.Facts(), Operation.Facts())
        // Bytes, not Characters: a change of normalisation or case is a change of what is shown.
        if !before.primary.utf8.elementsEqual(after.primary.utf8) {
            (old.address, new.address) = (before.primary, after.primary)
        }
        if before.kind != after.kind { (old.kind, new.kind) = (before.kind.name, after.kind.name) }
        if !before.name.utf8.elementsEqual(after.name.utf8) { (old.name, new.name) = (before.name, after.name) }
        // An alias whose spelling alone differs has no operation of its own, nor has a change of owner: the entry's.
        let respelled = after.aliases.contains {
            oldAddresses.aliases[Address.key(of: $0)]?.utf8.elementsEqual($0.utf8) == false
        }
        return old == new && !respelled && before.owner == after.owner ? nil : (old, new)
    }
}

extension Entry {
    fileprivate var facts: Operation.Facts { Operation.Facts(address: primary, kind: kind.name, name: name) }
}

extension OperationCounts {
    package mutating func add(_ operation: Operation) {
        switch (operation.what, operation.op) {
        case (.account, .add): accounts.add += 1
        case (.account, .update), (.account, .move): accounts.update += 1
        case (.account, .delete): accounts.delete += 1
        case (.list, .add): lists.add += 1
        case (.list, .update), (.list, .move): lists.update += 1
        case (.list, .delete): lists.delete += 1
        case (.alias, .add), (.alias, .update): aliases.add += 1
        case (.alias, .delete): aliases.delete += 1
        case (.alias, .move): aliases.move += 1
        case (.member, .add), (.member, .update), (.member, .move): members.add += 1
        case (.member, .delete): members.delete += 1
        }
    }
}
