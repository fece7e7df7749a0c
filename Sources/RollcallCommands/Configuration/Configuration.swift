internal import FoundationEssentials
internal import RollcallStore

/// What the operator decided, checked: the file, overridden by the environment, over the defaults. Every command reads
/// it first and works with nothing else, so a wrong one stops a command before it did anything (exit 78).
struct Configuration: Sendable {
    /// The file that was read, if there is one.
    let file: String?
    let layout: Layout
    let values: [String: ConfigurationValue]
    /// Variables that look like overrides of keys that do not exist.
    let strayVariables: [String]

    static func load(
        option: String?, environment: [String: String], layout: Layout
    ) throws(Failure) -> Configuration {
        let (path, mustExist) = layout.configuration(option: option, environment: environment)
        let exists = FileManager.default.fileExists(atPath: path)
        let read = exists || mustExist ? try ConfigurationFile.read(path) : [:]
        return try Configuration(read, file: exists ? path : nil, environment: environment, layout: layout)
    }

    init(
        _ read: [String: ConfigurationValue], file: String?, environment: [String: String], layout: Layout
    ) throws(Failure) {
        var values = read
        for key in ConfigurationKey.all {
            if let text = environment[key.variable] {
                values[key.name] = try Self.override(key, text)
            } else if values[key.name] == nil, let standard = key.standard {
                values[key.name] = ConfigurationValue(items: [standard], isList: false, origin: .standard)
            }
        }
        self.values = values
        self.file = file
        self.layout = layout
        let known = Set(ConfigurationKey.all.map(\.variable) + ["ROLLCALL_CONFIG"])
        strayVariables = environment.keys.filter {
            $0.hasPrefix("ROLLCALL_") && !$0.hasPrefix("ROLLCALL_TEST_") && !known.contains($0)
        }.sorted()
    }

    private static func override(_ key: ConfigurationKey, _ text: String) throws(Failure) -> ConfigurationValue {
        if case .rows(let fields) = key.kind { return try ConfigurationFile.rows(yaml: text, key, fields) }
        var value = ConfigurationValue(items: [text], isList: false, origin: .environment(key.variable))
        switch key.kind {
        case .paths:
            value.items = text.split(separator: ":").map(String.init)
            value.isList = true
        case .listens:
            value.items = text.split { $0 == "," || $0 == " " }.map(String.init)
            value.isList = true
        case .words:
            value.items = text.split(separator: " ").map(String.init)
            value.isList = true
        case .networks where text != "any" && text != "public":
            value.items = text.split { $0 == "," || $0 == " " }.map(String.init)
            value.isList = true
        default: break
        }
        if let flaw = ConfigurationCheck.flaw(value, key) {
            throw Failure(.configuration, "\(key.variable): \(flaw).", field: key.name)
        }
        return value
    }

    // MARK: typed access

    func text(_ name: String) -> String? { values[name]?.items.first }

    // The table's defaults and the checks above make these total; the fallbacks are never used.
    func number(_ name: String) -> Int { text(name).flatMap { Int($0) } ?? 0 }
    func bytes(_ name: String) -> Int { text(name).flatMap(Quantity.bytes) ?? 0 }
    func seconds(_ name: String) -> Int { text(name).flatMap(Quantity.seconds) ?? 0 }

    var retention: Retention {
        var retention = Retention()
        retention.history = Int64(seconds("retention.history"))
        retention.previews = Int64(seconds("retention.previews"))
        retention.audit = Int64(seconds("retention.audit"))
        retention.removed = Int64(seconds("retention.removed"))
        return retention
    }

    /// `connectors.path`, relative ones from the installed prefix.
    var connectorFolders: [String] {
        (values["connectors.path"]?.items ?? []).map { layout.absolute($0, from: layout.prefix) }
    }

    /// The store's location, `sqlite:` ones made absolute.
    var store: String {
        let text = text("store") ?? ""
        guard text.hasPrefix("sqlite:") else { return text }
        return "sqlite:" + absolute(String(text.dropFirst(7)))
    }

    /// The reference to the key file, made absolute.
    var keys: String {
        let text = text("keys") ?? ""
        guard text.hasPrefix("file:") else { return text }
        return "file:" + absolute(String(text.dropFirst(5)))
    }

    /// Relative paths, other than the connectors', start at the configuration's folder.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let file else { return layout.absolute(path, from: FileManager.default.currentDirectoryPath) }
        let absolute = layout.absolute(file, from: FileManager.default.currentDirectoryPath)
        return layout.absolute(
            path, from: String(absolute.prefix(upTo: absolute.lastIndex(of: "/") ?? absolute.startIndex)))
    }
}
