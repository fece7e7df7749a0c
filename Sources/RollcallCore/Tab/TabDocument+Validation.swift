/// Whether settings fit the tab: the first ring of validation, before any code of the connector runs. The browser checks
/// the same from the same document.
extension TabDocument {
    /// Everything that keeps these settings from being used, in the order of the tab. `secrets` are the ids of those
    /// that are stored. Empty values count as not given.
    package func validate(settings: [String: String], secrets: Set<String>) -> [Problem] {
        var problems = flaws(settings)
        for field in fields where isActive(field, settings) && field.required && !field.hidden {
            let isGiven =
                field.isSecret ? secrets.contains(field.id) : !(settings[field.id] ?? field.default ?? "").isEmpty
            if !isGiven, field.takesValue {
                problems.append(Problem(.badSettings, field: field.id, text: "\(field.label) is required."))
            }
        }
        return problems
    }

    /// The same without asking for what is missing: for saving a form that is still being filled in.
    package func flaws(_ settings: [String: String]) -> [Problem] {
        var problems: [Problem] = []
        for id in settings.keys.sorted() where field(id) == nil {
            let near = Nearest.word(to: id, among: fields.filter { $0.takesValue && !$0.isSecret }.map(\.id))
            let hint = near.map { " Did you mean \($0)?" } ?? ""
            problems.append(Problem(.badSettings, field: id, text: "There is no setting \(id).\(hint)"))
        }
        for field in fields {
            guard let value = settings[field.id], !value.isEmpty else { continue }
            if field.isSecret {
                problems.append(
                    Problem(
                        .badSettings, field: field.id,
                        text: "\(field.label) is a secret and is not set like a setting: use `rollcall source secret`.")
                )
            } else if isActive(field, settings), let flaw = field.flaw(of: value) {
                problems.append(Problem(.badSettings, field: field.id, text: "\(field.label): \(flaw)"))
            }
        }
        return problems
    }

    /// What the connector is given: defaults filled in, what a condition hides left out, a list as one pair for each of
    /// its lines. Settings that the tab does not know are kept in the store but not passed.
    package func effective(settings: [String: String]) -> [(name: String, value: String)] {
        fields.flatMap { field -> [(name: String, value: String)] in
            guard field.takesValue, !field.isSecret, isActive(field, settings) else { return [] }
            let value = settings[field.id].flatMap { $0.isEmpty ? nil : $0 } ?? field.default ?? ""
            guard !value.isEmpty else { return [] }
            if field.type == .list { return ListValue.items(value).map { (field.id, $0) } }
            return [(field.id, value)]
        }
    }

    /// The secrets to pass with these settings: those whose condition holds.
    package func effectiveSecrets(settings: [String: String]) -> [String] {
        secretFields.filter { isActive($0, settings) }.map(\.id)
    }

    /// Whether all conditions of a field hold, also those of the fields that they name.
    package func isActive(_ field: TabField, _ settings: [String: String]) -> Bool {
        holds(field.when, settings, depth: 0)
    }

    package func wantsConsent(_ settings: [String: String]) -> Bool {
        consent.map { holds($0.when, settings, depth: 0) } ?? false
    }

    private func holds(_ conditions: [TabCondition], _ settings: [String: String], depth: Int) -> Bool {
        // Fields that depend on each other in a ring are shown.
        guard depth < 8 else { return true }
        return conditions.allSatisfy { condition in
            guard let field = field(condition.field), holds(field.when, settings, depth: depth + 1) else {
                return false
            }
            let given = settings[field.id].flatMap { $0.isEmpty ? nil : $0 } ?? field.default
            let value = given ?? (field.type == .switch ? "false" : "")
            return condition.values.contains(value)
        }
    }
}

/// The items of a list setting: one a line, blanks around them trimmed.
package enum ListValue {
    package static func items(_ value: String) -> [String] {
        value.utf8.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
            let bytes = line.drop { $0 == 0x20 || $0 == 0x09 }
            let trimmed = bytes.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
            return trimmed.isEmpty ? nil : String(decoding: Array(trimmed), as: UTF8.self)
        }
    }
}
