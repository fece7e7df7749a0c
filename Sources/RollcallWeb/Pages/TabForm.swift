internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// A connector's settings, drawn from its tab document and from nothing else: a third party's form looks and works like
/// ours. Names of fields have `s.` before them, so that no connector can name one of the page's own.
struct TabForm {
    let tab: TabDocument
    let source: Source
    let secrets: [String: Timestamp]
    /// What was typed and not taken.
    var typed: [String: String] = [:]
    var flaws: [String: String] = [:]
    /// The list last posted, for fields that can read it.
    var canChange = true

    var html: HTML {
        let sections = tab.sections.map { section -> HTML in
            let plain = section.fields.filter { !$0.hidden && !$0.advanced }.map(field)
            let advanced = section.fields.filter { !$0.hidden && $0.advanced }
            let more: HTML =
                advanced.isEmpty
                ? ""
                : "<details\(advanced.contains { flaws[$0.id] != nil } ? " open" : "")><summary>More settings</summary>\(advanced.map(field))</details>"
            guard !plain.isEmpty || !advanced.isEmpty else { return "" }
            return """
                <fieldset\(canChange ? "" : " disabled")><legend>\(section.label)</legend>\(section.help.map { "<p class=\"hint\">\(Markdown.links($0))</p>" as HTML })
                \(plain)\(more)</fieldset>
                """
        }
        return "\(sections)"
    }

    private func value(_ field: TabField) -> String { typed[field.id] ?? source.settings[field.id] ?? "" }

    private func field(_ field: TabField) -> HTML {
        let control = control(field)
        guard !field.when.isEmpty else { return control }
        let conditions = field.when.map { ["field": JSONValue.text($0.field), "is": .list($0.values)] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let json = (try? encoder.encode(conditions)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        return "<div data-when=\"\(field: json)\">\(control)</div>"
    }

    private enum JSONValue: Encodable {
        case text(String)
        case list([String])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .list(let list): try container.encode(list)
            }
        }
    }

    private func control(_ field: TabField) -> HTML {
        let name = "s." + field.id
        func common(_ options: inout Form.Options) {
            options.value = value(field)
            options.hint = hint(field)
            options.flaw = flaws[field.id]
            // Only where it always counts: a browser would ask for a field that a condition hides.
            options.isRequired = false
            options.attributes = attributes(field)
        }
        let label = field.label + (field.required && field.default == nil ? " (required)" : "")
        switch field.type {
        case .note: return "<p class=\"note\">\(Markdown.links(field.help ?? field.label))</p>"
        case .switch:
            let isOn = value(field).isEmpty ? field.default == "true" : value(field) == "true"
            return """
                <div class="field check"><input type="hidden" name="\(name)" value="false">\
                <input id="\(Form.id(name))" name="\(name)" type="checkbox" value="true"\(isOn ? " checked" : "")\
                \(field.help == nil ? "" : " aria-describedby=\"\(Form.id(name))-hint\"" as HTML)>
                <label for="\(Form.id(name))">\(field.label)</label>\
                \(field.help.map { "<p class=\"hint\" id=\"\(Form.id(name))-hint\">\($0)</p>" as HTML })</div>
                """
        case .choice:
            var choices = field.options.map { (value: $0.value, label: $0.label) }
            if field.default == nil { choices.insert(("", "Choose …"), at: 0) }
            let value = value(field).isEmpty ? field.default ?? "" : value(field)
            if !value.isEmpty, !choices.contains(where: { $0.value == value }) { choices.append((value, value)) }
            return Form.select(name, label, choices) {
                common(&$0)
                $0.value = value
            }
        case .multiline, .list, .file: return Form.area(name, label, rows: field.type == .file ? 6 : 3, common)
        case .secret:
            let stored = secrets[field.id]
            return Form.input(name, label) {
                common(&$0)
                $0.value = ""
                $0.type = "password"
                $0.autocomplete = "off"
                let state = stored.map { "Stored since \($0). Leave empty to keep it." } ?? "Not stored yet."
                $0.hint = [hint(field), state].compactMap { $0 }.joined(separator: " ")
            }
        case .number:
            return Form.input(name, label) {
                common(&$0)
                $0.attributes = "\($0.attributes) inputmode=\"numeric\""
            }
        case .text, .url, .host, .path: return Form.input(name, label, common)
        }
    }

    private func hint(_ field: TabField) -> String? {
        var parts: [String] = []
        if let help = field.help { parts.append(Markdown.plain(help)) }
        if field.type == .list { parts.append("One a line.") }
        if field.posted, field.help?.contains("posted") != true {
            parts.append("Or the word posted: the list last posted to this domain.")
        }
        if let standard = field.default, !standard.isEmpty, field.type != .choice, field.type != .switch {
            parts.append("Empty: “\(standard)”.")
        }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private func attributes(_ field: TabField) -> HTML {
        let standard: HTML = field.default.map { " data-standard=\"\(field: $0)\"" } ?? ""
        let placeholder: HTML = field.placeholder.map { " placeholder=\"\(field: $0)\"" } ?? ""
        return "\(standard)\(placeholder) spellcheck=\"false\""
    }
}

/// The one thing of Markdown that a tab's help may have: links.
enum Markdown {
    private static func parts(_ text: String) -> [(text: String, link: String?)] {
        var parts: [(String, String?)] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]"),
            rest.index(after: close) < rest.endIndex, rest[rest.index(after: close)] == "(",
            let end = rest[close...].firstIndex(of: ")")
        {
            parts.append((String(rest[..<open]), nil))
            let link = String(rest[rest.index(close, offsetBy: 2)..<end])
            let label = String(rest[rest.index(after: open)..<close])
            // Anything but a web address would be a way to run something.
            parts.append((label, link.utf8.starts(with: "https://".utf8) ? link : nil))
            rest = rest[rest.index(after: end)...]
        }
        parts.append((String(rest), nil))
        return parts
    }

    static func links(_ text: String) -> HTML {
        let pieces = parts(text).map { part -> HTML in
            part.link.map { "<a href=\"\(field: $0)\" rel=\"noreferrer\">\(part.text)</a>" } ?? "\(part.text)"
        }
        return "\(pieces)"
    }

    static func plain(_ text: String) -> String {
        parts(text).map { part in part.link.map { "\(part.text) (\($0))" } ?? part.text }.joined()
    }
}
