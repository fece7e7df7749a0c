internal import RollcallCore
internal import Yams

/// Lists of groups, as strict as the rest: each key known, of its kind, there once.
extension ConfigurationFile {
    static func rows(
        _ node: Node, _ name: String, _ fields: [ConfigurationKey], _ path: String
    ) throws(Failure) -> ConfigurationValue {
        guard case .sequence(let sequence) = node else {
            throw Failure(
                .configuration, "\(place(node, path))\(name) takes a list of groups: \(names(fields)).", field: name)
        }
        var value = ConfigurationValue(items: [], isList: true, origin: origin(node, path))
        for item in sequence {
            guard case .mapping(let mapping) = item else {
                throw Failure(
                    .configuration, "\(place(item, path))\(name) takes groups of keys: \(names(fields)).", field: name)
            }
            var row: [String: ConfigurationValue] = [:]
            for (keyNode, child) in mapping {
                let key = keyNode.scalar?.string ?? ""
                guard let field = fields.first(where: { $0.name == key }) else {
                    let meant = Nearest.word(to: key, among: fields.map(\.name)).map { "; did you mean \($0)?" } ?? "."
                    throw Failure(
                        .configuration,
                        "\(place(keyNode, path))Unknown key \(ConfigurationCheck.quoted(key)) in \(name)\(meant)",
                        hint: "Known here: \(names(fields)).", field: name)
                }
                if isNull(child) { continue }
                var cell = try self.value(child, field, path)
                cell.origin = origin(child, path)
                if let flaw = ConfigurationCheck.flaw(cell, field) {
                    throw Failure(.configuration, "\(cell.origin.place): \(name): \(flaw).", field: name)
                }
                row[key] = cell
            }
            if let flaw = ConfigurationCheck.flaw(export: row) {
                throw Failure(.configuration, "\(place(item, path))\(name): \(flaw).", field: name)
            }
            value.rows.append(row)
            value.items.append(
                fields.compactMap { field in row[field.name].map { "\(field.name)=\($0.text)" } }.joined(separator: " ")
            )
        }
        return value
    }

    /// An override by environment: the same text, the variable in place of the file.
    static func rows(
        yaml text: String, _ key: ConfigurationKey, _ fields: [ConfigurationKey]
    ) throws(Failure) -> ConfigurationValue {
        let node: Node?
        do { node = try compose(yaml: text) } catch {
            throw Failure(.configuration, "\(key.variable): This is not YAML.", field: key.name)
        }
        guard let node, !isNull(node) else {
            return ConfigurationValue(items: [], isList: true, origin: .environment(key.variable))
        }
        var value = try rows(node, key.name, fields, key.variable)
        value.origin = .environment(key.variable)
        return value
    }

    private static func origin(_ node: Node, _ path: String) -> ConfigurationValue.Origin {
        .file(path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private static func names(_ fields: [ConfigurationKey]) -> String { fields.map(\.name).joined(separator: ", ") }
}
