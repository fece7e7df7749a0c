/// Which operations of a plan somebody wants to see. Asked first of the run's counts, then of a plan's bytes where they
/// lie, and only then of an operation: a plan of a million holds few that are meant, and making Strings of all the others
/// takes most of a second.
package struct OperationFilter: Sendable {
    package var op: Operation.Op?
    package var what: Operation.What?
    /// Looked for in address, owner, reason, object id and the new name.
    package let text: FoldedText
    /// The reasons that have the text in their own words, which stand in no plan's bytes.
    private let said: Set<ChangeReason>

    package init(op: Operation.Op? = nil, what: Operation.What? = nil, text: String = "") {
        (self.op, self.what, self.text) = (op, what, FoldedText(text))
        said = text.isEmpty ? [] : Set(ChangeReason.allCases.filter { $0.maySay(text) })
    }

    package var isEmpty: Bool { op == nil && what == nil && text.isEmpty }

    /// How many there are; `nil` where a text is looked for, which nobody has counted.
    package func count(in counts: OperationCounts) -> Int? {
        let all = counts.count(op, what)
        return text.isEmpty || all == 0 ? all : nil
    }

    package func matches(_ operation: Operation) -> Bool {
        guard op == nil || operation.op == op, what == nil || operation.what == what else { return false }
        return text.isEmpty || text.isIn(operation.address) || text.isIn(operation.of ?? "")
            || text.isIn(operation.reason) || text.isIn(operation.objectId ?? "")
            || text.isIn(operation.after?.name ?? "")
    }

    // MARK: In bytes: "no" is certain

    /// Of a part of a plan, before any of it is taken apart.
    package func mayBe(in part: UnsafeRawBufferPointer) -> Bool { !said.isEmpty || text.isIn(part) }

    /// Of one change, which stands in these bytes.
    package func mayBe(in change: ChangeView, _ bytes: UnsafeRawBufferPointer) -> Bool {
        // As operations go, what is in grace is not there.
        let before = change.before.flatMap { $0.isGrace ? nil : $0 }
        let after = change.after.flatMap { $0.isGrace ? nil : $0 }
        guard let present = after ?? before else { return false }
        switch op {
        case .add, .move: guard after != nil else { return false }
        case .delete: guard before != nil else { return false }
        case .update: guard before != nil, after != nil else { return false }
        case nil: break
        }
        switch what {
        case .account, .list:
            guard (present.kind == .list) == (what == .list) else { return false }
            if before != nil, after != nil, op != nil, op != .update { return false }
        case .alias: if Self.isSame(before, after, \.aliases) { return false }
        case .member: if Self.isSame(before, after, \.members) { return false }
        case nil: break
        }
        return said.contains(change.reason) || text.isIn(bytes)
    }

    private static func isSame(
        _ before: BookRow?, _ after: BookRow?,
        _ section: KeyPath<BookRow.Sections, UnsafeRawBufferPointer>
    ) -> Bool {
        let none: [UInt8] = [0]
        return none.withUnsafeBytes { none in
            func bytes(_ row: BookRow?) -> UnsafeRawBufferPointer? {
                guard let row else { return none }
                return row.sections?[keyPath: section]
            }
            guard let old = bytes(before), let new = bytes(after) else { return false }
            return old.isEqual(to: new)
        }
    }
}

extension ChangeReason {
    /// Whether its words have the text in them, or begin it and the note that follows goes on.
    fileprivate func maySay(_ wanted: String) -> Bool {
        let words = text("")
        if FoldedText(wanted).isIn(words) { return true }
        guard text("…") != words else { return false }
        let (end, start) = (words.utf8.map(Octet.lowered), wanted.utf8.map(Octet.lowered))
        return (1...max(start.count, 1)).contains { end.suffix($0).elementsEqual(start.prefix($0)) }
    }
}

extension OperationCounts {
    /// Those of this kind, of all kinds where none is given.
    package func count(_ op: Operation.Op?, _ what: Operation.What?) -> Int {
        let table: [(Operation.What, Operation.Op, Int)] = [
            (.account, .add, accounts.add), (.account, .update, accounts.update), (.account, .delete, accounts.delete),
            (.list, .add, lists.add), (.list, .update, lists.update), (.list, .delete, lists.delete),
            (.alias, .add, aliases.add), (.alias, .delete, aliases.delete), (.alias, .move, aliases.move),
            (.member, .add, members.add), (.member, .delete, members.delete),
        ]
        return table.reduce(0) { sum, item in
            (what ?? item.0) == item.0 && (op ?? item.1) == item.1 ? sum + item.2 : sum
        }
    }
}
