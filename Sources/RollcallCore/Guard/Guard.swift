/// The Operations Limit and the default guard (product.md, "Exactly"): a pure verdict on a plan's numbers. A plan that
/// is over any limit is held, and nothing of it is applied.

/// One limit as an administrator sets it.
package enum Limit: Equatable, Sendable, CustomStringConvertible {
    case number(Int)
    case percent(Int)
    case off

    /// `25`, `10%`, `off`; `nil` for anything else. Empty is no limit value: it means the default.
    package init?(_ text: String) {
        if text == "off" {
            self = .off
            return
        }
        let isPercent = text.utf8.last == UInt8(ascii: "%")
        let digits = isPercent ? text.dropLast() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
            number <= (isPercent ? 100 : 1_000_000_000)
        else { return nil }
        self = isPercent ? .percent(number) : .number(number)
    }

    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .percent(let percent): "\(percent)%"
        case .off: "off"
        }
    }
}

/// The limits of a source. A `nil` is the default: for deletes the default guard, for all else none.
package struct Limits: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case accountsAdd = "accounts.add"
        case accountsDelete = "accounts.delete"
        case aliasesAdd = "aliases.add"
        case aliasesDelete = "aliases.delete"
        case listsAdd = "lists.add"
        case listsDelete = "lists.delete"
        case membersDelete = "members.delete"
        case total = "total"
    }

    private var set: [Kind: Limit] = [:]

    package init() {}

    package subscript(kind: Kind) -> Limit? {
        get { set[kind] }
        set { set[kind] = newValue }
    }
}

/// The numbers that the guard judges.
package struct GuardFacts: Equatable, Sendable {
    /// What the source owns in the book before the run; entries in grace are not counted.
    package var ownedAccounts = 0
    package var ownedAliases = 0
    package var ownedLists = 0
    /// Lists that lose members.
    package var listLosses: [(list: String, removed: Int, of: Int)] = []

    package init() {}

    package static func == (a: GuardFacts, b: GuardFacts) -> Bool {
        a.ownedAccounts == b.ownedAccounts && a.ownedAliases == b.ownedAliases && a.ownedLists == b.ownedLists
            && a.listLosses.elementsEqual(b.listLosses) { $0 == $1 }
    }
}

package enum Guard {
    /// Every limit that the plan is over; empty: it may be applied.
    package static func verdict(_ counts: OperationCounts, _ facts: GuardFacts, _ limits: Limits) -> [Held] {
        var held: [Held] = []
        let owned = facts.ownedAccounts + facts.ownedLists
        let deleted = counts.accounts.delete + counts.lists.delete
        if owned > 0, deleted >= owned {
            held.append(Held(limit: "empty", allowed: "0", planned: deleted, of: owned))
        }
        func add(_ kind: Limits.Kind, _ planned: Int, of base: Int) {
            // There is no percentage of nothing: an empty book may be filled.
            guard let limit = limits[kind], !(limit.isPercent && base == 0) else { return }
            if limit.isExceeded(by: planned, of: base) {
                held.append(Held(limit: kind.rawValue, allowed: limit.description, planned: planned, of: base))
            }
        }
        func delete(_ kind: Limits.Kind, _ planned: Int, of base: Int) {
            if let limit = limits[kind] {
                if limit.isExceeded(by: planned, of: base) {
                    held.append(Held(limit: kind.rawValue, allowed: limit.description, planned: planned, of: base))
                }
            } else if isOverDefault(planned, of: base) {
                held.append(
                    Held(limit: kind.rawValue, allowed: String(defaultAllowed(of: base)), planned: planned, of: base))
            }
        }
        add(.accountsAdd, counts.accounts.add, of: facts.ownedAccounts)
        delete(.accountsDelete, counts.accounts.delete, of: facts.ownedAccounts)
        add(.aliasesAdd, counts.aliases.add, of: facts.ownedAliases)
        delete(.aliasesDelete, counts.aliases.delete, of: facts.ownedAliases)
        add(.listsAdd, counts.lists.add, of: facts.ownedLists)
        delete(.listsDelete, counts.lists.delete, of: facts.ownedLists)
        // The worst list speaks for all: one line an administrator can act on.
        let over = facts.listLosses.filter { loss in
            if let limit = limits[.membersDelete] { return limit.isExceeded(by: loss.removed, of: loss.of) }
            return loss.of > 20 && loss.removed * 2 > loss.of
        }
        if let worst = over.max(by: { $0.removed * $1.of < $1.removed * $0.of }) {
            held.append(
                Held(
                    limit: Limits.Kind.membersDelete.rawValue, allowed: limits[.membersDelete]?.description ?? "50%",
                    planned: worst.removed, of: worst.of))
        }
        if let limit = limits[.total], limit.isExceeded(by: counts.total, of: owned) {
            held.append(
                Held(limit: "total", allowed: limit.description, planned: counts.total, of: owned))
        }
        return held
    }

    /// max(5, min(10 %, 500)), a tenth rounded down.
    private static func defaultAllowed(of base: Int) -> Int { max(5, min(base / 10, 500)) }

    private static func isOverDefault(_ planned: Int, of base: Int) -> Bool { planned > defaultAllowed(of: base) }
}

extension Limit {
    var isPercent: Bool { if case .percent = self { true } else { false } }

    /// Exactly at the limit passes.
    func isExceeded(by planned: Int, of base: Int) -> Bool {
        switch self {
        case .off: false
        case .number(let number): planned > number
        case .percent(let percent): planned * 100 > base * percent
        }
    }
}
