internal import Glibc
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Runs: the history, one of them with its operations, and what a person decides about it.
enum RunAPI {
    static let endpoints: [Endpoint] = [
        Endpoint(
            "GET", "/runs", "Runs, the latest first.",
            query: Endpoint.paging + [
                .init(name: "domain", schema: #"{"type":"string"}"#, about: "Only of this domain."),
                .init(
                    name: "outcome",
                    schema: #"{"enum":["running","applied","unchanged","previewed","held","failed","cancelled"]}"#,
                    about: "Only with this outcome."),
            ], answers: [(200, "RunList")], run: list),
        Endpoint("GET", "/runs/:run", "One run.", answers: [(200, "Run")]) { call in
            try WebResponse.json(try call.run())
        },
        Endpoint(
            "GET", "/runs/:run/operations", "The operations of a run's plan, in order.",
            query: Endpoint.paging + [
                .init(
                    name: "op", schema: #"{"enum":["add","update","delete","move"]}"#, about: "Only those of this kind."
                ),
                .init(
                    name: "what", schema: #"{"enum":["account","alias","list","member"]}"#,
                    about: "Only those of such things."),
                .init(
                    name: "q", schema: #"{"type":"string"}"#,
                    about: "Only those that have this in address, owner, name, reason or object id."),
            ],
            answers: [(200, "OperationList")], run: operations),
        Endpoint(
            "GET", "/runs/:run/events", "How far a run is, as server-sent events, until it ends.",
            answers: [(200, "*events")]
        ) {
            call in
            let run = try call.run()
            var response = WebResponse(200, "text/event-stream", [])
            response.headers += [("cache-control", "no-store"), ("x-accel-buffering", "no")]
            response.body = .events(RunEvents(site: call.site, run: run.id))
            return response
        },
        Endpoint(
            "POST", "/runs/:run/approve", "Apply a held or previewed plan, once.", answers: [(200, "Run")], isSlow: true
        ) {
            call in try WebResponse.json(try call.service.approve(run: try call.run().id, by: call.visitor.name))
        },
        Endpoint(
            "POST", "/runs/:run/cancel", "Stop a run, or give a held plan up.", answers: [(200, "Run")], isSlow: true
        ) {
            call in try WebResponse.json(try call.service.cancel(run: try call.run().id, by: call.visitor.name))
        },
        Endpoint(
            "POST", "/runs/:run/undo", "Take an applied run back.",
            query: [
                .init(
                    name: "preview", schema: #"{"type":"integer","minimum":0,"maximum":1}"#,
                    about: "1: only show the plan.")
            ],
            answers: [(200, "Run")], isSlow: true
        ) { call in
            let isPreview = call.request.query["preview"] == "1"
            return try WebResponse.json(
                try call.service.undo(run: try call.run().id, isPreview: isPreview, by: call.visitor.name))
        },
    ]

    private static func list(_ call: Call) throws -> WebResponse {
        let limit = try call.limit()
        let outcome = try call.request.query["outcome"].map { text in
            guard let outcome = RunOutcome(rawValue: text) else {
                throw WebFailure(422, "\(text) is no outcome.", field: "outcome")
            }
            return outcome
        }
        return try call.store.read { db in
            let only = try call.request.query["domain"].map { try call.domain(db, $0).id }
            let mine = try Set(Domains.list(db, customer: call.visitor.customer).map(\.id))
            var items: [RunSummary] = []
            var cursor = call.request.query["cursor"]
            var next: String?
            // Page by page, for most of a page may be somebody else's.
            while items.count < limit {
                let page = try Runs.list(db, domain: only, limit: 500, before: cursor)
                for record in page {
                    cursor = record.summary.id
                    guard mine.contains(record.domain), outcome == nil || record.summary.outcome == outcome else {
                        continue
                    }
                    items.append(record.summary)
                    if items.count == limit { break }
                }
                if page.count < 500 || items.count == limit {
                    if items.count == limit, page.last?.summary.id != cursor || page.count == 500 { next = cursor }
                    break
                }
            }
            return try Listed(items: items, nextCursor: next).response(call)
        }
    }

    private static func operations(_ call: Call) throws -> WebResponse {
        let limit = try call.limit()
        let run = try call.run()
        let query = call.request.query
        func word<Word: RawRepresentable<String>>(_ name: String) throws -> Word? {
            try query[name].map { text in
                guard let word = Word(rawValue: text) else {
                    throw WebFailure(422, "\(text) is no kind of operation.", field: name)
                }
                return word
            }
        }
        let filter = OperationFilter(op: try word("op"), what: try word("what"), text: query["q"] ?? "")
        guard let place = query["cursor"].map({ OperationPlace($0) }) ?? .start else {
            throw WebFailure(422, "That cursor is none of ours.", field: "cursor")
        }
        let (items, next) = try call.service.operations(run: run.id, filter, from: place, limit: limit)
        return try Listed(items: items, nextCursor: next?.description).response(call)
    }

    /// 202 with the run as it stands; with `?wait=` its end, if that comes in time.
    static func awaited(_ call: Call, _ started: RunSummary) throws -> WebResponse {
        let text = call.request.query["wait"] ?? "0"
        guard let seconds = Int(text), (0...600).contains(seconds) else {
            throw WebFailure(422, "wait is a number of seconds from 0 to 600.", field: "wait")
        }
        var run = started
        for _ in 0..<(seconds * 10) {
            run = try call.service.run(id: started.id)
            if run.outcome != .running { break }
            usleep(100_000)
        }
        return try WebResponse.json(run, status: run.outcome == .running ? 202 : 200)
            .with("location", "/api/v1/runs/\(run.id)")
    }
}
