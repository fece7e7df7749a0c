internal import FoundationEssentials
internal import RollcallCore
internal import Yams

/// Reads rollcall.yaml into values with their places. Strict: a key that means nothing, a key given twice, a list where
/// one value belongs is an error with line and column, as a misspelt key that is silently ignored is found only when it
/// hurts.
enum ConfigurationFile {
    static func read(_ path: String) throws(Failure) -> [String: ConfigurationValue] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure(
                .configuration, "The configuration \(path) cannot be read: \(reason(path)).",
                hint: "Give its name with --config or ROLLCALL_CONFIG.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure(.configuration, "\(path):1:1: The file is not UTF-8 text.")
        }
        return try values(text, path)
    }

    static func values(_ text: String, _ path: String) throws(Failure) -> [String: ConfigurationValue] {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            throw Failure(.configuration, "\(path):\(sentence(error))")
        } catch {
            throw Failure(.configuration, "\(path):1:1: The file is not YAML: \(error).")
        }
        var values: [String: ConfigurationValue] = [:]
        if let root { try walk(root, "", path, into: &values) }
        return values
    }

    private static func walk(
        _ node: Node, _ name: String, _ path: String, into values: inout [String: ConfigurationValue]
    ) throws(Failure) {
        if let key = ConfigurationKey.named(name) {
            if case .rows(let fields) = key.kind {
                if !isNull(node) { values[name] = try rows(node, name, fields, path) }
                return
            }
            var value = try value(node, key, path)
            if isNull(node) { return }
            value.origin = .file(path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
            if let flaw = ConfigurationCheck.flaw(value, key) {
                throw Failure(.configuration, "\(value.origin.place): \(flaw).", field: name)
            }
            values[name] = value
            return
        }
        if isNull(node) { return }
        guard case .mapping(let mapping) = node else {
            throw Failure(
                .configuration,
                place(node, path) + (name.isEmpty ? "The file" : name)
                    + " must be a group of keys, not a single value.",
                hint: "Known here: \(children(of: name).joined(separator: ", ")).")
        }
        for (keyNode, child) in mapping {
            let key = keyNode.scalar?.string ?? ""
            let full = name.isEmpty ? key : "\(name).\(key)"
            let known = children(of: name)
            guard known.contains(key) else {
                let meant = Nearest.word(to: key, among: known).map { "; did you mean \($0)?" } ?? "."
                throw Failure(
                    .configuration, "\(place(keyNode, path))Unknown key \(ConfigurationCheck.quoted(full))\(meant)",
                    hint: "Known here: \(known.joined(separator: ", ")).", field: full)
            }
            try walk(child, full, path, into: &values)
        }
    }

    static func value(
        _ node: Node, _ key: ConfigurationKey, _ path: String
    ) throws(Failure) -> ConfigurationValue {
        switch node {
        case .scalar(let scalar):
            return ConfigurationValue(items: [scalar.string], isList: false, origin: .standard)
        case .sequence(let sequence):
            var items: [String] = []
            for item in sequence {
                guard let text = item.scalar?.string else {
                    throw Failure(
                        .configuration, "\(place(item, path))\(key.name) takes simple values only.", field: key.name)
                }
                items.append(text)
            }
            return ConfigurationValue(items: items, isList: true, origin: .standard)
        case .mapping, .alias:
            throw Failure(
                .configuration, "\(place(node, path))\(key.name) takes a value, not a group of keys.",
                field: key.name)
        }
    }

    /// The keys and groups directly under a group.
    private static func children(of name: String) -> [String] {
        let prefix = name.isEmpty ? "" : name + "."
        var names: [String] = []
        for key in ConfigurationKey.all where key.name.hasPrefix(prefix) {
            let rest = key.name.dropFirst(prefix.count)
            let child = String(rest.prefix { $0 != "." })
            if !names.contains(child) { names.append(child) }
        }
        return names
    }

    static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    static func place(_ node: Node, _ path: String) -> String {
        "\(path):\(node.mark?.line ?? 1):\(node.mark?.column ?? 1): "
    }

    private static func sentence(_ error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(mark.line):\(mark.column): This is not YAML: \(problem)."
        case .duplicatedKeysInMapping(let duplicates, let context):
            "\(context.mark.line):\(context.mark.column): The key \(duplicates.sorted().joined(separator: ", ")) is there twice."
        case .reader(let problem, let offset, _, _):
            "1:\((offset ?? 0) + 1): This is not YAML: \(problem)."
        default: "1:1: This is not YAML."
        }
    }

    private static func reason(_ path: String) -> String {
        FileManager.default.fileExists(atPath: path) ? "it is no readable file" : "there is no such file"
    }
}
