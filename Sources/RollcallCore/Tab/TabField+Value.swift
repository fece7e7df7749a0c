/// Whether a value fits a field. Everything is judged on scalars and bytes: a Character can hold a control character
/// behind a letter.
extension TabField {
    /// What is wrong with a value that is not empty, as a sentence; `nil` where nothing is.
    package func flaw(of value: String) -> String? {
        let length = value.unicodeScalars.count
        if value.utf8.contains(0) { return "a NUL character is not allowed." }
        let longest = maxLength ?? (type == .file || type == .multiline || type == .list ? 1 << 20 : 4096)
        if length > longest { return "\(length) characters are too many; \(longest) are allowed." }
        switch type {
        case .note: return "a note takes no value."
        case .multiline, .file, .secret: return patternFlaw(value)
        case .list: return listFlaw(value)
        case .number: return numberFlaw(value)
        case .switch:
            return value == "true" || value == "false" ? nil : "\(shown(value)) is neither true nor false."
        case .choice: return choiceFlaw(value)
        case .text, .url, .host, .path:
            if value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                return "line ends and other control characters are not allowed."
            }
            return kindFlaw(value) ?? patternFlaw(value)
        }
    }

    private func kindFlaw(_ value: String) -> String? {
        let bytes = Array(value.utf8)
        switch type {
        case .url:
            guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
                bytes[..<colon].allSatisfy({ isSchemeByte($0) }), bytes.count > colon + 1
            else { return "\(shown(value)) is not a URL." }
            if bytes.contains(0x20) { return "a URL has no blanks." }
        case .host:
            if bytes.contains(where: { $0 == 0x20 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "@") }) {
                return "\(shown(value)) is not a host name; write it without scheme, path or user."
            }
        case .path:
            if posted, value == "posted" { return nil }
            let isURL = value.utf8.contains(UInt8(ascii: ":"))
            if bytes.first != UInt8(ascii: "/"), !isURL {
                return
                    "\(shown(value)) is not an absolute path; it would be looked for in a folder of nobody's choosing."
            }
        default: break
        }
        return nil
    }

    private func isSchemeByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2B
            || byte == 0x2D || byte == 0x2E
    }

    private func numberFlaw(_ value: String) -> String? {
        guard let number = Double(value), number.isFinite,
            value.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E })
        else { return "\(shown(value)) is not a number." }
        if let min, number < min { return "\(value) is too small; \(JSONTree.number(min).setting ?? "") is the least." }
        if let max, number > max { return "\(value) is too large; \(JSONTree.number(max).setting ?? "") is the most." }
        return nil
    }

    private func choiceFlaw(_ value: String) -> String? {
        let values = options.map(\.value)
        if values.contains(value) { return nil }
        let near = Nearest.word(to: value, among: values).map { " Did you mean \($0)?" } ?? ""
        return "\(shown(value)) is not one of \(values.joined(separator: ", ")).\(near)"
    }

    private func listFlaw(_ value: String) -> String? {
        let items = ListValue.items(value)
        if let min, Double(items.count) < min { return "\(items.count) entries are too few." }
        if let max, Double(items.count) > max { return "\(items.count) entries are too many." }
        return items.lazy.compactMap { patternFlaw($0) }.first
    }

    private func patternFlaw(_ value: String) -> String? {
        guard let pattern, !pattern.matches(value) else { return nil }
        return patternHelp ?? "\(shown(value)) does not match \(pattern.source)."
    }

    /// A value in a sentence: never that of a secret, never endless.
    private func shown(_ value: String) -> String {
        if isSecret { return "the value" }
        let start = String(String.UnicodeScalarView(value.unicodeScalars.prefix(60)))
        return start.unicodeScalars.count < value.unicodeScalars.count ? start + "…" : start
    }
}
