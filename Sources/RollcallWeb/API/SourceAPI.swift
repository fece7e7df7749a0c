internal import FoundationEssentials
internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Sources: their settings, and what the Sync tab's buttons do.
enum SourceAPI {
    private static let base = "/domains/:domain/sources/:type"
    private static let wait = Endpoint.Parameter(
        name: "wait", schema: #"{"type":"integer","minimum":0,"maximum":600}"#,
        about: "Seconds to wait for the run's end.")
    private static let full = Endpoint.Parameter(
        name: "full", schema: #"{"type":"integer","minimum":0,"maximum":1}"#,
        about: "1: read everything, whatever the state.")

    static let endpoints: [Endpoint] = [
        Endpoint("GET", "/domains/:domain/sources", "A domain's sources.", answers: [(200, "SourceList")]) { call in
            let domain = try call.domain()
            let types = try call.store.read { try Sources.list($0, domain: domain.id) }.map(\.type)
            let items = try types.map { type in
                try JSONDecoder().decode(
                    JSONTree.self, from: Data(try call.perform("source", "show", "--", "\(domain.name)/\(type)")))
            }
            return try Listed(items: items, nextCursor: nil).response(call)
        },
        Endpoint(
            "GET", base, "A source: settings, secrets by whether they are stored, trust clock, last runs.",
            answers: [(200, "Source")]
        ) {
            call in JSONBody.raw(try call.perform("source", "show", "--", try source(call).text))
        },
        Endpoint(
            "PUT", base, "Make a source, or change what is given of it.", body: "SourceChange",
            answers: [(200, "Source"), (201, "Source")], run: put),
        Endpoint("DELETE", base, "Remove a source; its entries stay, made by hand from then on.", answers: [(204, nil)])
        { call in
            try call.perform("source", "remove", "--yes", "--", try source(call).text)
            return .nothing
        },
        Endpoint("POST", base + "/test", "Test Connection.", answers: [(200, "ConnectionReport")], isSlow: true) {
            call in
            try WebResponse.json(try call.service.test(try source(call).name))
        },
        Endpoint(
            "POST", base + "/preview", "Preview: read, plan, apply nothing.", query: [wait, full],
            answers: [(200, "Run"), (202, "Run")], isSlow: true
        ) { call in try start(call, .preview) },
        Endpoint(
            "POST", base + "/sync", "Manual Sync.", query: [wait, full], answers: [(200, "Run"), (202, "Run")],
            isSlow: true
        ) { call in try start(call, .sync) },
        Endpoint(
            "POST", base + "/notify", "Send a test notification to recipients and webhook.",
            answers: [(200, "TestNotification")], isSlow: true
        ) {
            call in JSONBody.raw(try call.perform("source", "notify", "--", try source(call).text))
        },
        Endpoint(
            "POST", base + "/consent", "Begin consent: where to grant it.", answers: [(200, "Consent")], isSlow: true
        ) {
            call in JSONBody.raw(try call.perform("source", "consent", "--", try source(call).text))
        },
        Endpoint(
            "POST", base + "/consent/complete", "Finish consent with the address that the browser ended at.",
            body: "ConsentCompletion", answers: [(200, "Source")], isSlow: true
        ) { call in
            let found = try source(call)
            let back = try JSONBody.read(Completion.self, call)
            return JSONBody.raw(
                try call.perform("source", "consent", "--complete=\(back.url)", "--", found.text))
        },
        Endpoint(
            "PUT", "/domains/:domain/posted", "Post a list to the domain; with dry_run=1 preview what it would do.",
            query: [
                .init(
                    name: "dry_run", schema: #"{"type":"integer","minimum":0,"maximum":1}"#, about: "1: keep nothing.")
            ],
            body: "*", answers: [(200, "Posted")], isSlow: true, mostBody: 64 << 20, run: post),
    ]

    struct Found {
        let domain: Domain
        let source: Source
        var text: String { "\(domain.name)/\(source.type)" }
        var name: SourceName { SourceName(domain: domain.name, type: source.type) }
    }

    private static func source(_ call: Call) throws -> Found {
        try call.store.read { db in
            let domain = try call.domain(db)
            let type = call.parameter("type")
            guard let source = try Sources.find(db, domain: domain.id, type: type) else {
                throw WebFailure(404, "\(domain.name) has no source of type \(type).")
            }
            return Found(domain: domain, source: source)
        }
    }

    // MARK: Settings

    private struct Change: Decodable {
        var settings: [String: String?]?
        var hostSettings: [String: String?]?
        /// Written only; `null` forgets one.
        var secrets: [String: String?]?
        var enabled: Bool?
    }

    private struct Completion: Decodable { var url: String }

    private static func put(_ call: Call) throws -> WebResponse {
        let change = try JSONBody.read(Change.self, call)
        let domain = try call.domain()
        let type = call.parameter("type")
        let old = try call.store.read { try Sources.find($0, domain: domain.id, type: type) }
        if old == nil { try call.perform("source", "add", "--type=\(type)", "--", domain.name) }
        let found = try source(call)
        let pairs = (change.settings ?? [:]).merging(change.hostSettings ?? [:]) { $1 }
            .sorted { $0.key < $1.key }.map { "\($0.key)=\(($0.value ?? "") ?? "")" }
        if !pairs.isEmpty { try call.perform(all: ["source", "set", "--", found.text] + pairs) }
        try keep(call, found, change.secrets ?? [:])
        if let enabled = change.enabled { try call.perform("source", enabled ? "enable" : "disable", "--", found.text) }
        return JSONBody.raw(try call.perform("source", "show", "--", found.text), status: old == nil ? 201 : 200)
    }

    private static func keep(_ call: Call, _ found: Found, _ secrets: [String: String?]) throws {
        guard !secrets.isEmpty else { return }
        let tab = call.service.environment.catalog.scan().first { $0.id == found.source.type }?.tab
        for id in secrets.keys where id != NotifySettings.webhookSecret && tab?.field(id)?.isSecret != true {
            throw WebFailure(422, "The connector \(found.source.type) has no secret \(id).", field: id)
        }
        let ring = try call.service.environment.keyRing()
        try call.store.write { db in
            for (id, value) in secrets {
                let owner: SecretOwner =
                    id == NotifySettings.webhookSecret ? .reports(of: found.source.id) : .source(found.source.id)
                if let value {
                    try Secrets.set(db, ring, owner: owner, field: id, Secret(value), at: call.now)
                } else {
                    try Secrets.remove(db, owner: owner, field: id)
                }
            }
        }
    }

    // MARK: Runs

    private static func start(_ call: Call, _ kind: RunKind) throws -> WebResponse {
        let found = try source(call)
        let run = try call.site.live.start(
            found.name, kind: kind, isFull: call.request.query["full"] == "1", by: call.visitor.name)
        return try RunAPI.awaited(call, run)
    }

    private struct Posted: Encodable {
        let domain: String
        let bytes: Int
        let run: RunSummary?

        enum CodingKeys: String, CodingKey { case domain, bytes, run }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(domain, forKey: .domain)
            try container.encode(bytes, forKey: .bytes)
            try container.encode(run, forKey: .run)
        }
    }

    private static func post(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let body = call.request.body
        guard !body.isEmpty else {
            throw WebFailure(422, "The list is empty, so it is not posted.", hint: "The one posted before stays.")
        }
        var run: RunSummary?
        if call.request.query["dry_run"] == "1" {
            run = try call.service.rehearse(SourceName(domain: domain.name), posted: body, by: call.visitor.name)
        } else {
            try call.store.write { try PostedLists.set($0, domain: domain.id, data: body, at: call.now) }
        }
        return try WebResponse.json(Posted(domain: domain.name, bytes: body.count, run: run))
    }
}
