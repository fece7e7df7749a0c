internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// What the Sync tab's buttons do.
enum SyncActions {
    static let routes: [Route] = [
        Route("GET", "/domains/:domain/sync/:type") { call in try SyncPage(call).response() },
        Route("POST", "/domains/:domain/sync/:type", isSlow: true, run: save),
        Route("POST", "/domains/:domain/sync/:type/test", isSlow: true) { call in try test(try SyncPage(call)) },
        Route("POST", "/domains/:domain/sync/:type/preview", isSlow: true) { call in try start(call, .preview) },
        Route("POST", "/domains/:domain/sync/:type/run", isSlow: true) { call in try start(call, .sync) },
        Route("POST", "/domains/:domain/sync/:type/notify", isSlow: true, run: notify),
        Route("POST", "/domains/:domain/sync/:type/enable") { call in
            let page = try SyncPage(call)
            try call.perform("source", "enable", "--", "\(page.domain.name)/\(page.source.type)")
            return .see(page.path + "?done=saved")
        },
    ]

    private static func test(_ page: SyncPage) throws -> WebResponse {
        var page = page
        if let obstacle = page.obstacle { throw WebFailure(409, obstacle, hint: "Fill in what is missing, and save.") }
        page.report = try page.call.service.test(SourceName(domain: page.domain.name, type: page.source.type))
        if let field = page.report?.problem?.field, let text = page.report?.problem?.text { page.flaws[field] = text }
        return try page.response()
    }

    private static func notify(_ call: Call) throws -> WebResponse {
        var page = try SyncPage(call)
        let answer = try call.perform("source", "notify", "--", "\(page.domain.name)/\(page.source.type)")
        page.notified = try JSONDecoder().decode(TestNotification.self, from: Data(answer))
        return try page.response()
    }

    private static func start(_ call: Call, _ kind: RunKind) throws -> WebResponse {
        let page = try SyncPage(call)
        if let obstacle = page.obstacle { throw WebFailure(409, obstacle, hint: "Fill in what is missing, and save.") }
        let name = SourceName(domain: page.domain.name, type: page.source.type)
        let run = try call.site.live.start(name, kind: kind, isFull: false, by: call.visitor.name)
        return .see("/runs/\(run.id)")
    }

    private static func save(_ call: Call) throws -> WebResponse {
        var page = try SyncPage(call)
        let values = try call.request.form()
        let secretIDs = Set((page.info?.tab?.secretFields ?? []).map(\.id))
        var secrets: [(String, String)] = []
        var webhookSecret = ""
        for (name, value) in values.pairs {
            // The last of a name stands: the box behind the hidden field of a switch.
            if name.hasPrefix("s."), case let id = String(name.dropFirst(2)) {
                if secretIDs.contains(id) { secrets.append((id, value)) } else { page.typed[id] = lines(value) }
            } else if name == "h." + NotifySettings.webhookSecret {
                webhookSecret = value
            } else if name.hasPrefix("h."), case let id = String(name.dropFirst(2)) {
                page.typedHost[id] = lines(value)
            }
        }
        let changed = changes(page)
        if let tab = page.info?.tab {
            var after = page.source.settings
            for (id, value) in page.typed { after[id] = value.isEmpty ? nil : value }
            for problem in tab.flaws(after) { if let field = problem.field { page.flaws[field] = problem.text } }
            if let first = tab.flaws(after).first {
                page.failure = WebFailure(422, first.text, field: first.field.map { "s.\($0)" })
                return try page.response()
            }
        }
        do {
            if !changed.isEmpty {
                try call.perform(all: ["source", "set", "--", "\(page.domain.name)/\(page.source.type)"] + changed)
            }
            try store(call, .source(page.source.id), secrets.filter { !$0.1.isEmpty })
            if !webhookSecret.isEmpty {
                try store(call, .reports(of: page.source.id), [(NotifySettings.webhookSecret, webhookSecret)])
            }
        } catch {
            var failure = call.site.environment.failure(error)
            if let field = failure.field {
                page.flaws[field] = failure.message
                failure.field = (page.typedHost[field] != nil ? "h." : "s.") + field
            }
            page.failure = failure
            return try page.response()
        }
        if values["then"] == "test" { return try test(try SyncPage(call)) }
        return .see(page.path + "?done=saved")
    }

    /// What differs from what is stored, as the command line takes it: an untouched form changes nothing.
    private static func changes(_ page: SyncPage) -> [String] {
        var pairs: [String] = []
        for (id, value) in page.typed.sorted(by: { $0.key < $1.key }) {
            let field = page.info?.tab?.field(id)
            let old = page.source.settings[id] ?? ""
            let standard = field?.default ?? (field?.type == .switch ? "false" : "")
            if value != old, !(old.isEmpty && value == standard) { pairs.append("\(id)=\(value)") }
        }
        for (id, value) in page.typedHost.sorted(by: { $0.key < $1.key }) {
            let standard = page.call.site.environment.settings.hostStandards[id] ?? ""
            let old = page.source.hostSettings[id] ?? ""
            let isOff = value.isEmpty && (old == "off" || old.isEmpty) && standard == "off"
            if value != old, !isOff, !(old.isEmpty && value == standard) {
                pairs.append("\(id)=\(value.isEmpty && standard == "off" ? "off" : value)")
            }
        }
        return pairs
    }

    private static func store(_ call: Call, _ owner: SecretOwner, _ secrets: [(String, String)]) throws {
        guard !secrets.isEmpty else { return }
        let ring = try call.service.environment.keyRing()
        try call.store.write { db in
            for (id, value) in secrets {
                try Secrets.set(db, ring, owner: owner, field: id, Secret(value), at: call.now)
            }
        }
    }

    /// Browsers send line ends as CR LF; settings have LF.
    private static func lines(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != 0x0D }, as: UTF8.self)
    }
}
