/// Makes a tab of its JSON, and says in sentences what is wrong with it. Strict about what it knows, lenient about what
/// it does not: a newer connector must still be drawn.
struct TabReader {
    struct Parts {
        var title: String?
        var purpose: String?
        var docs: String?
        var sections: [TabSection] = []
        var consent: TabConsent?
        var actions: [TabAction] = []
        var strings: [String: [String: String]] = [:]
    }

    private(set) var flaws: [TabFlaw] = []
    private var ids = Set<String>()

    mutating func error(_ text: String) { flaws.append(TabFlaw(weight: .error, text: text)) }
    mutating func warn(_ text: String) { flaws.append(TabFlaw(weight: .warning, text: text)) }

    mutating func read(_ tree: JSONTree) -> Parts? {
        guard let object = tree.object else {
            error("The tab is not a JSON object.")
            return nil
        }
        guard let version = object["tab"]?.number else {
            error("The tab does not say its version: \"tab\": 1.")
            return nil
        }
        guard version == Double(TabDocument.version) else {
            let shown = object["tab"]?.setting ?? "?"
            error("The tab is in version \(shown) of the language; this Rollcall knows version 1. Update Rollcall.")
            return nil
        }
        var parts = Parts()
        let known = ["tab", "title", "purpose", "docs", "sections", "fields", "consent", "actions", "strings"]
        unknownKeys(object, known: known, of: "The tab")
        parts.title = text(object, "title", of: "The tab")
        parts.purpose = text(object, "purpose", of: "The tab")
        parts.docs = text(object, "docs", of: "The tab")
        if let docs = parts.docs, !docs.hasPrefix("https://"), !docs.hasPrefix("http://") {
            warn("The tab's docs is no link: \(docs).")
        }
        sections(object, &parts)
        let fields = parts.sections.flatMap(\.fields)
        if fields.count > TabDocument.mostFields {
            error("The tab has \(fields.count) fields; \(TabDocument.mostFields) are allowed.")
        }
        consent(object, &parts)
        actions(object, &parts)
        strings(object, &parts)
        references(parts, fields)
        return parts
    }

    private mutating func sections(_ object: [String: JSONTree], _ parts: inout Parts) {
        if let fields = object["fields"] {
            // The short form: no sections.
            parts.sections.append(TabSection(id: "", label: "", help: nil, fields: self.fields(fields, of: "The tab")))
        }
        guard let given = object["sections"] else {
            if object["fields"] == nil { warn("The tab has no fields.") }
            return
        }
        guard let sections = given.array else {
            error("The tab's sections are not a list.")
            return
        }
        for (index, each) in sections.enumerated() {
            let place = "Section \(index + 1)"
            guard let section = each.object else {
                error("\(place) is not an object.")
                continue
            }
            unknownKeys(section, known: ["id", "label", "help", "fields"], of: place)
            let id = identifier(section, of: place) ?? "section\(index + 1)"
            parts.sections.append(
                TabSection(
                    id: id, label: text(section, "label", of: place) ?? id, help: text(section, "help", of: place),
                    fields: section["fields"].map { fields($0, of: place) } ?? []))
        }
    }

    private mutating func fields(_ tree: JSONTree, of place: String) -> [TabField] {
        guard let list = tree.array else {
            error("\(place)'s fields are not a list.")
            return []
        }
        return list.enumerated().compactMap { index, each in
            guard let object = each.object else {
                error("Field \(index + 1) of \(place.lowercasedFirst) is not an object.")
                return nil
            }
            return field(object, of: "Field \(index + 1) of \(place.lowercasedFirst)")
        }
    }

    private mutating func consent(_ object: [String: JSONTree], _ parts: inout Parts) {
        guard let given = object["consent"] else { return }
        guard let consent = given.object else {
            error("The tab's consent is not an object.")
            return
        }
        unknownKeys(consent, known: ["kind", "label", "help", "when", "saves"], of: "The consent")
        guard let word = consent["kind"]?.string, let kind = TabConsent.Kind(rawValue: word) else {
            error("The consent's kind is neither redirect nor device.")
            return
        }
        parts.consent = TabConsent(
            kind: kind, label: text(consent, "label", of: "The consent") ?? "Grant access",
            help: text(consent, "help", of: "The consent"), when: conditions(consent["when"], of: "The consent"),
            saves: words(consent["saves"], "saves", of: "The consent"))
    }

    private mutating func actions(_ object: [String: JSONTree], _ parts: inout Parts) {
        guard let given = object["actions"] else { return }
        guard let list = given.array else {
            error("The tab's actions are not a list.")
            return
        }
        for (index, each) in list.enumerated() {
            let place = "Action \(index + 1)"
            guard let action = each.object, let id = identifier(action, of: place) else {
                error("\(place) has no id.")
                continue
            }
            if ["check", "suggest", "upgrade", "consent.begin", "consent.finish"].contains(id) {
                error("\(place) is called \(id), which is a method of the host's own.")
            }
            unknownKeys(action, known: ["id", "label", "help"], of: place)
            parts.actions.append(
                TabAction(
                    id: id, label: text(action, "label", of: place) ?? id, help: text(action, "help", of: place)))
        }
    }

    private mutating func strings(_ object: [String: JSONTree], _ parts: inout Parts) {
        guard let given = object["strings"] else { return }
        guard let languages = given.object else {
            error("The tab's strings are not an object.")
            return
        }
        for (language, texts) in languages {
            guard let texts = texts.object else {
                error("The strings of \(language) are not an object.")
                continue
            }
            parts.strings[language] = texts.compactMapValues(\.string)
        }
    }

    /// Every field that is named must be there.
    private mutating func references(_ parts: Parts, _ fields: [TabField]) {
        let byId = Dictionary(fields.map { ($0.id, $0) }) { first, _ in first }
        func check(_ conditions: [TabCondition], of place: String) -> [String] {
            conditions.compactMap { condition in
                guard let field = byId[condition.field] else {
                    return "\(place) depends on \(condition.field), which is no field of the tab."
                }
                guard field.type == .choice,
                    !condition.values.allSatisfy({ v in field.options.contains { $0.value == v } })
                else { return nil }
                return "\(place) waits for a value of \(condition.field) that is none of its options."
            }
        }
        for field in fields {
            for text in check(field.when, of: "Field \(field.id)") { error(text) }
            if field.when.contains(where: { $0.field == field.id }) { error("Field \(field.id) depends on itself.") }
            for other in field.secretFor where byId[other] == nil {
                error("Field \(field.id) names \(other) in secretFor, which is no field of the tab.")
            }
        }
        if let consent = parts.consent {
            for text in check(consent.when, of: "The consent") { error(text) }
            for other in consent.saves where byId[other] == nil {
                error("The consent saves \(other), which is no field of the tab.")
            }
        }
    }
}

extension TabReader {
    mutating func unknownKeys(_ object: [String: JSONTree], known: [String], of place: String) {
        for key in object.keys.sorted() where !known.contains(key) {
            warn("\(place) has the unknown keyword \(key), which is ignored.")
        }
    }

    mutating func text(_ object: [String: JSONTree], _ key: String, of place: String) -> String? {
        guard let value = object[key] else { return nil }
        guard let text = value.string else {
            error("\(place)'s \(key) is not text.")
            return nil
        }
        if text.utf8.contains(where: { $0 == UInt8(ascii: "<") }), key != "pattern" {
            warn("\(place)'s \(key) contains <: texts are plain, HTML is shown as it stands.")
        }
        return text
    }

    mutating func identifier(_ object: [String: JSONTree], of place: String) -> String? {
        guard let id = object["id"]?.string else {
            error("\(place) has no id.")
            return nil
        }
        let isGood =
            !id.isEmpty && id.utf8.count <= 64
            && id.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
                    || $0 == 0x2D
            }
        if !isGood { error("\(place) has the id \(id): letters, digits, _ and - are allowed, 64 at most.") }
        return id
    }

    /// The id of a field, which must be its own.
    mutating func fieldIdentifier(_ object: [String: JSONTree], of place: String) -> String? {
        guard let id = identifier(object, of: place) else { return nil }
        if !ids.insert(id).inserted { error("There are two fields with the id \(id).") }
        return id
    }

    mutating func words(_ tree: JSONTree?, _ key: String, of place: String) -> [String] {
        guard let tree else { return [] }
        if let one = tree.string { return [one] }
        guard let list = tree.array, list.allSatisfy({ $0.setting != nil }) else {
            error("\(place)'s \(key) is not a list of texts.")
            return []
        }
        return list.compactMap(\.setting)
    }

    mutating func conditions(_ tree: JSONTree?, of place: String) -> [TabCondition] {
        guard let tree else { return [] }
        let list = tree.array ?? [tree]
        return list.compactMap { each in
            guard let object = each.object, let field = object["field"]?.string, let values = object["is"] else {
                error("\(place)'s when is not {\"field\": …, \"is\": […]}.")
                return nil
            }
            return TabCondition(field: field, values: words(values, "when", of: place))
        }
    }
}

extension String {
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
