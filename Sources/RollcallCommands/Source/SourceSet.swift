internal import ArgumentParser
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// Sets settings, all or none: each is checked by the host's rules or by the connector's tab before anything is saved. A
/// secret is forgotten when a setting changes that decides where it is sent: it was given for the old place.
struct SourceSet: Verb {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set settings of a source; an empty value brings the default back.",
        discussion: """
            Settings of the host, for every source: auto.enabled, auto.times_per_day, auto.start_hour and auto.time_zone \
            (Automatic Synchronization); notify.enabled, notify.recipients, notify.on (every, changes or problems) and \
            notify.webhook (reports); exclude; limit.… (Operations Limit); deleted; disabled; trust.expires, the day on \
            which the credentials end (2027-03-31), where the connector cannot find it out, and trust.silence, the hours \
            without a good run after which there is an alarm (standard: two missed slots; off: never).
            """)

    @Argument(help: "The source.") var source: DomainReference
    @Argument(help: ArgumentHelp("Settings of the connector by field id, or of the host.", valueName: "key=value"))
    var settings: [String]
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let pairs = try SettingPairs(settings)
        let checkedHost = try pairs.host.map { (id: $0.id, value: try HostSetting.checked($0.id, $0.value)) }
        let store = try session.store()
        let type = try store.read { db in try Session.source(db, source).source.type }
        // Settings of the host can be set also while the connector is away.
        let tab = pairs.connector.isEmpty ? nil : try session.connectors().ready(type).tab
        var forgotten: [String] = []
        try store.write { db in
            let (domain, source) = try Session.source(db, source)
            for (id, value) in checkedHost {
                try requireSynced(id, value, domain, source)
                try Sources.set(db, source.id, host: true, id, value.isEmpty ? nil : value)
            }
            forgotten = try setConnector(db, source, pairs.connector, tab)
            try FailingSources.resume(db, source: source.id, at: session.now)
        }
        var document = Answer(
            try session.sourceDocument(source), "Saved \(settings.count == 1 ? "the setting" : "the settings").")
        if !forgotten.isEmpty {
            document.hint =
                "\(forgotten.joined(separator: ", ")) was forgotten, as it would now be sent elsewhere: "
                + "give it again with `rollcall source secret`."
        }
        return document
    }

    private func requireSynced(_ id: String, _ value: String, _ domain: Domain, _ source: Source) throws {
        guard id == "auto.enabled", value == "on", source.firstSyncedRun == nil else { return }
        throw Failure(
            .badSettings,
            "Automatic Synchronization of \(domain.name)/\(source.type) stays off: no sync has succeeded yet.",
            hint: "Run `rollcall sync run \(domain.name)/\(source.type)` first.", field: id)
    }

    /// Returns the secrets that were forgotten.
    private func setConnector(
        _ db: any Database, _ source: Source, _ pairs: [(id: String, value: String)], _ tab: TabDocument?
    ) throws -> [String] {
        guard !pairs.isEmpty else { return [] }
        guard let tab else {
            throw Failure(.badSettings, "The connector \(source.type) has no settings.", field: pairs.first?.id)
        }
        var after = source.settings
        for (id, value) in pairs {
            if tab.field(id)?.isSecret == true {
                throw Failure(
                    .badSettings,
                    "\(id) is a secret, which is not set on the command line: others could read it there.",
                    hint: "Pipe it into `rollcall source secret \(self.source.domain) \(id)`.", field: id)
            }
            if tab.field(id)?.hidden == true {
                throw Failure(.badSettings, "\(id) is kept by the connector itself and cannot be set.", field: id)
            }
            after[id] = value.isEmpty ? nil : value
        }
        let changed = Set(pairs.map(\.id))
        // What has been stored before is not this command's matter, and neither is what is still missing.
        if let flaw = tab.flaws(after).first(where: { $0.field.map(changed.contains) ?? false }) {
            throw Failure(flaw, hint: "`rollcall source show` lists all settings of a source.")
        }
        for (id, value) in pairs {
            if value.isEmpty, tab.field(id) == nil, source.settings[id] == nil {
                throw Failure(.badSettings, "There is no setting \(shown(id)).", field: id)
            }
            try Sources.set(db, source.id, host: false, id, value.isEmpty ? nil : value)
        }
        // A place that is named for the first time is not another place.
        let moved = changed.filter { id in
            let old = source.settings[id] ?? tab.field(id)?.default ?? ""
            return !old.isEmpty && old != after[id] ?? tab.field(id)?.default ?? ""
        }
        let stored = Set(try Secrets.list(db, owner: .source(source.id)).map(\.field))
        let forgotten = tab.secrets(forgottenWhen: moved).filter(stored.contains)
        for field in forgotten { try Secrets.remove(db, owner: .source(source.id), field: field) }
        return forgotten
    }
}
