extension TabReader {
    private static let known = [
        "id", "type", "label", "help", "placeholder", "required", "default", "min", "max", "maxLength", "pattern",
        "patternHelp", "options", "suggest", "advanced", "hidden", "style", "when", "secretFor", "posted",
    ]

    mutating func field(_ object: [String: JSONTree], of position: String) -> TabField? {
        guard let id = fieldIdentifier(object, of: position) else { return nil }
        let place = "Field \(id)"
        unknownKeys(object, known: Self.known, of: place)
        var kind = TabField.Kind.text
        if let word = object["type"]?.string {
            if let known = TabField.Kind(rawValue: word) {
                kind = known
            } else {
                warn("\(place) has the unknown type \(word) and is shown as text.")
            }
        } else {
            error("\(place) has no type.")
        }
        var field = TabField(id: id, type: kind, label: text(object, "label", of: place) ?? id)
        field.help = text(object, "help", of: place)
        field.placeholder = text(object, "placeholder", of: place)
        field.required = flag(object, "required", of: place)
        field.suggest = flag(object, "suggest", of: place)
        field.advanced = flag(object, "advanced", of: place)
        field.hidden = flag(object, "hidden", of: place)
        field.posted = flag(object, "posted", of: place)
        field.style = text(object, "style", of: place)
        field.patternHelp = text(object, "patternHelp", of: place)
        field.min = number(object, "min", of: place)
        field.max = number(object, "max", of: place)
        field.maxLength = number(object, "maxLength", of: place).flatMap { Int(exactly: $0) }
        field.when = conditions(object["when"], of: place)
        field.secretFor = words(object["secretFor"], "secretFor", of: place)
        options(object, &field, place)
        pattern(object, &field, place)
        consistency(object, &field, place)
        return field
    }

    private mutating func options(_ object: [String: JSONTree], _ field: inout TabField, _ place: String) {
        guard let given = object["options"] else {
            if field.type == .choice { error("\(place) is a choice without options.") }
            return
        }
        guard let list = given.array else {
            error("\(place)'s options are not a list.")
            return
        }
        for each in list {
            if let value = each.setting, each.object == nil {
                field.options.append(.init(value: value, label: value))
            } else if let value = each["value"]?.setting {
                field.options.append(.init(value: value, label: each["label"]?.string ?? value))
            } else {
                error("\(place) has an option without a value.")
            }
        }
        if Set(field.options.map(\.value)).count != field.options.count {
            error("\(place) has two options with the same value.")
        }
        if field.options.isEmpty, field.type == .choice { error("\(place) is a choice without options.") }
    }

    private mutating func pattern(_ object: [String: JSONTree], _ field: inout TabField, _ place: String) {
        guard let source = text(object, "pattern", of: place) else { return }
        do throws(PatternFlaw) {
            field.pattern = try Pattern(source)
        } catch {
            self.error("\(place)'s pattern cannot be used: \(error.description).")
        }
        if field.patternHelp == nil { warn("\(place) has a pattern but no patternHelp that says it in words.") }
    }

    /// What goes together and what does not.
    private mutating func consistency(_ object: [String: JSONTree], _ field: inout TabField, _ place: String) {
        if field.type != .number, field.type != .list, object["min"] != nil || object["max"] != nil {
            warn("\(place) has min or max, which only numbers and lists have.")
        }
        if let min = field.min, let max = field.max, min > max { error("\(place) has a min above its max.") }
        if let length = field.maxLength, length < 1 { error("\(place)'s maxLength is below 1.") }
        if !field.secretFor.isEmpty, field.type != .secret { warn("\(place) has secretFor but is no secret.") }
        if field.posted, field.type != .path { error("\(place) is no path, so it cannot be posted.") }
        if field.hidden, field.required { error("\(place) is hidden and required: nobody could fill it in.") }
        if field.hidden, field.suggest { warn("\(place) is hidden, so nobody sees its suggestions.") }
        guard let given = object["default"] else { return }
        guard let value = given.setting else {
            error("\(place)'s default is not a plain value.")
            return
        }
        if field.type == .secret {
            error("\(place) is a secret with a default.")
            return
        }
        field.default = value
        if let flaw = field.flaw(of: value) { error("\(place)'s default does not fit it: \(flaw)") }
    }

    private mutating func flag(_ object: [String: JSONTree], _ key: String, of place: String) -> Bool {
        guard let value = object[key] else { return false }
        guard let flag = value.bool else {
            error("\(place)'s \(key) is neither true nor false.")
            return false
        }
        return flag
    }

    private mutating func number(_ object: [String: JSONTree], _ key: String, of place: String) -> Double? {
        guard let value = object[key] else { return nil }
        guard let number = value.number else {
            error("\(place)'s \(key) is not a number.")
            return nil
        }
        return number
    }
}
