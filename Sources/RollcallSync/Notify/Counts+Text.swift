internal import RollcallCore

/// Numbers of a run in words, for subjects and texts.
enum CountText {
    /// `accounts +2 ~1 -3, aliases +1`
    static func operations(_ counts: OperationCounts) -> String {
        func part(_ name: String, _ numbers: [(String, Int)]) -> String? {
            let set = numbers.filter { $0.1 != 0 }.map { "\($0.0)\(NumberText.number($0.1))" }
            return set.isEmpty ? nil : name + " " + set.joined(separator: " ")
        }
        let parts = [
            part(
                "accounts", [("+", counts.accounts.add), ("~", counts.accounts.update), ("-", counts.accounts.delete)]),
            part("aliases", [("+", counts.aliases.add), (">", counts.aliases.move), ("-", counts.aliases.delete)]),
            part("lists", [("+", counts.lists.add), ("~", counts.lists.update), ("-", counts.lists.delete)]),
            part("members", [("+", counts.members.add), ("-", counts.members.delete)]),
        ].compactMap { $0 }
        return parts.isEmpty ? "no changes" : parts.joined(separator: ", ")
    }

    static func leftOut(_ left: LeftOut) -> String? {
        let parts = [
            (left.foreign, "foreign"), (left.excluded, "excluded"), (left.invalid, "invalid"), (left.clash, "clash"),
            (left.disabled, "disabled"), (left.noAddress, "without an address"),
        ].filter { $0.0 != 0 }.map { "\(NumberText.number($0.0)) \($0.1)" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// `5,000 account deletes, limit 10 %`
    static func held(_ held: Held) -> String {
        if held.limit == "empty" { return "it would empty the address book" }
        return "\(planned(held)), limit \(limit(held.allowed))"
    }

    /// `5,000 account deletes of 20,000 (25 %); the limit is 10 %.`
    static func sentence(_ held: Held) -> String {
        let share = held.of > 0 ? " of \(NumberText.number(held.of)) (\(held.planned * 100 / held.of) %)" : ""
        return "\(planned(held))\(share); the limit is \(limit(held.allowed))."
    }

    private static func planned(_ held: Held) -> String {
        let names = [
            "accounts.add": ("account add", "account adds"), "accounts.delete": ("account delete", "account deletes"),
            "aliases.add": ("alias add", "alias adds"), "aliases.delete": ("alias delete", "alias deletes"),
            "lists.add": ("list add", "list adds"), "lists.delete": ("list delete", "list deletes"),
            "members.delete": ("member removed from one list", "members removed from one list"),
            "total": ("operation", "operations"),
        ]
        let (one, many) = names[held.limit] ?? (held.limit, held.limit)
        return NumberText.count(held.planned, one, many)
    }

    private static func limit(_ text: String) -> String {
        text.hasSuffix("%") ? "\(text.dropLast()) %" : text
    }
}
