internal import RollcallCore

/// The parts that forms are made of. Every field has a label, its hint and its fault are tied to it, and ids are made
/// from names in one place.
enum Form {
    static func id(_ name: String) -> String {
        "f-"
            + String(
                decoding: name.utf8.map { byte -> UInt8 in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: byte
                    default: 0x2D
                    }
                }, as: UTF8.self)
    }

    static func token(_ visitor: Visitor) -> HTML {
        visitor.formToken.map { "<input type=\"hidden\" name=\"token\" value=\"\($0)\">" } ?? ""
    }

    static func hidden(_ name: String, _ value: String) -> HTML {
        "<input type=\"hidden\" name=\"\(name)\" value=\"\(field: value)\">"
    }

    struct Options {
        var type = "text"
        var value = ""
        var hint: String?
        var flaw: String?
        var isRequired = false
        var autocomplete: String?
        var attributes: HTML = ""

        init() {}
    }

    static func input(_ name: String, _ label: String, _ change: (inout Options) -> Void = { _ in }) -> HTML {
        var options = Options()
        change(&options)
        let id = id(name)
        return wrap(
            id, label, options,
            """
            <input id="\(id)" name="\(name)" type="\(options.type)" value="\(field: options.value)"\
            \(described(id, options))\(options.isRequired ? " required" : "")\
            \(options.autocomplete.map { " autocomplete=\"\($0)\"" as HTML })\(options.attributes)>
            """)
    }

    static func area(_ name: String, _ label: String, rows: Int = 5, _ change: (inout Options) -> Void = { _ in })
        -> HTML
    {
        var options = Options()
        change(&options)
        let id = id(name)
        // The first line end behind the tag is the browser's, not the value's.
        return wrap(
            id, label, options,
            "<textarea id=\"\(id)\" name=\"\(name)\" rows=\"\(rows)\"\(described(id, options))\(options.attributes)>\n\(field: options.value)</textarea>"
        )
    }

    static func select(
        _ name: String, _ label: String, _ choices: [(value: String, label: String)],
        _ change: (inout Options) -> Void = { _ in }
    ) -> HTML {
        var options = Options()
        change(&options)
        let id = id(name)
        let items = choices.map { choice -> HTML in
            "<option value=\"\(field: choice.value)\"\(choice.value == options.value ? " selected" : "")>\(choice.label)</option>"
        }
        return wrap(
            id, label, options,
            "<select id=\"\(id)\" name=\"\(name)\"\(described(id, options))\(options.isRequired ? " required" : "")\(options.attributes)>\(items)</select>"
        )
    }

    static func check(_ name: String, _ label: String, isOn: Bool, hint: String? = nil, value: String = "on") -> HTML {
        let id = id(name)
        return """
            <div class="field check"><input type="hidden" name="\(name)" value="">\
            <input id="\(id)" name="\(name)" type="checkbox" value="\(value)"\(isOn ? " checked" : "")\
            \(hint == nil ? "" : " aria-describedby=\"\(id)-hint\"" as HTML)>
            <label for="\(id)">\(label)</label>\(hint.map { "<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>" as HTML })</div>
            """
    }

    private static func described(_ id: String, _ options: Options) -> HTML {
        let ids = [options.hint == nil ? nil : "\(id)-hint", options.flaw == nil ? nil : "\(id)-flaw"].compactMap { $0 }
        guard !ids.isEmpty else { return "" }
        return
            " aria-describedby=\"\(ids.joined(separator: " "))\"\(options.flaw == nil ? "" : " aria-invalid=\"true\"" as HTML)"
    }

    private static func wrap(_ id: String, _ label: String, _ options: Options, _ control: HTML) -> HTML {
        """
        <div class="field\(options.flaw == nil ? "" : " wrong")"><label for="\(id)">\(label)\(options.isRequired ? " <span class=\"needed\">(required)</span>" as HTML : "")</label>
        \(options.hint.map { "<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>" as HTML })
        \(options.flaw.map { "<p class=\"flaw\" id=\"\(id)-flaw\">\($0)</p>" as HTML })
        \(control)</div>
        """
    }

    /// A form of one button.
    static func button(
        _ path: String, _ label: String, _ visitor: Visitor, style: String = "", disabled reason: String? = nil,
        fields: HTML = ""
    ) -> HTML {
        if let reason {
            let id = id("why-" + path)
            return """
                <span class="off"><button type="button" aria-disabled="true" aria-describedby="\(id)" disabled>\(label)</button>
                <span class="hint" id="\(id)">\(reason)</span></span>
                """
        }
        return """
            <form method="post" action="\(path)" class="inline">\(token(visitor))\(fields)<button class="\(style)">\(label)</button></form>
            """
    }
}
