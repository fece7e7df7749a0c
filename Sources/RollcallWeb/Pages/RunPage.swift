internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// One run: how far it is while it is at work, then what it read, what held it or failed, and every operation with its
/// reason.
enum RunPage {
    static let routes: [Route] = [
        Route("GET", "/runs/:run", run: show),
        Route("GET", "/runs/:run/events") { call in
            let run = try call.run()
            var response = WebResponse(200, "text/event-stream", [])
            response.headers += [("cache-control", "no-store"), ("x-accel-buffering", "no")]
            response.body = .events(RunEvents(site: call.site, run: run.id))
            return response
        },
        Route("GET", "/runs/:run/operations.csv") { call in
            let run = try call.run()
            return try OperationPart.download(call, run, "text/csv; charset=utf-8", "csv") { operations, isFirst, _ in
                (isFirst ? CSVText.line(OperationText.header) : [])
                    + operations.flatMap { CSVText.line(OperationText.cells($0)) }
            }
        },
        Route("GET", "/runs/:run/operations.json") { call in
            let run = try call.run()
            return try OperationPart.download(call, run, "application/json", "json") { operations, isFirst, isLast in
                let list = try WebResponse.json(operations).bytes.dropFirst().dropLast()
                return Array((isFirst ? "[" : ",").utf8) + list + Array((isLast ? "]\n" : "").utf8)
            }
        },
        Route("POST", "/runs/:run/approve", isSlow: true) { call in
            let answer = try call.service.approve(run: try call.run().id, by: call.visitor.name)
            return .see("/runs/\(answer.id)\(answer.outcome == .applied ? "?done=approved" : "")")
        },
        Route("POST", "/runs/:run/cancel", isSlow: true) { call in
            let answer = try call.service.cancel(run: try call.run().id, by: call.visitor.name)
            return .see("/runs/\(answer.id)\(answer.outcome == .running ? "" : "?done=cancelled")")
        },
        Route("POST", "/runs/:run/undo", isSlow: true) { call in
            let isPreview = try call.request.form()["preview"] == "1"
            let answer = try call.service.undo(run: try call.run().id, isPreview: isPreview, by: call.visitor.name)
            return .see("/runs/\(answer.id)")
        },
    ]

    private static func show(_ call: Call) throws -> WebResponse {
        let run = try call.run()
        let domain = try call.store.read { try call.domain($0, run.domain) }
        var layout = try DomainPart.layout(call, domain, "\(title(run)) of \(run.domain)", "history")
        if run.outcome == .running { layout.refresh = 2 }
        let content: HTML = """
            <p>\(Text.outcome(run)) <span class="id">\(run.id)</span></p>
            \(run.outcome == .running ? progress(call, run) : "")
            \(problem(run))\(decision(call, run))\(facts(run))\(warnings(run))\(counts(run))
            \(run.outcome == .running ? "" : try OperationPart.html(call, run))
            \(undo(call, run))
            """
        return .page(layout.html(call.visitor, content))
    }

    private static func title(_ run: RunSummary) -> String {
        switch run.kind {
        case .sync: "Sync"
        case .preview: run.undoes == nil ? "Preview" : "Preview of an undo"
        case .undo: "Undo"
        }
    }

    private static func progress(_ call: Call, _ run: RunSummary) -> HTML {
        let now = call.site.live.progress(run.id)
        return """
            <section class="card" aria-labelledby="live-h" data-run="\(run.id)"><h2 id="live-h">At work</h2>
            <p class="phase">\(now.map { "\($0.phase): \(Text.number(Int(clamping: $0.done))) records" } ?? "Running")</p>
            <progress id="live-bar" aria-label="Progress of the run"></progress><p role="status" id="live-line" class="sr"></p>
            <p class="hint">Closing this page does not stop the run.</p>
            \(call.visitor.may(.operator) ? Form.button("/runs/\(run.id)/cancel", "Stop", call.visitor, style: "danger") : "")</section>
            """
    }

    private static func problem(_ run: RunSummary) -> HTML {
        guard let problem = run.problem else { return "" }
        return """
            <section class="card failure" aria-labelledby="problem-h"><h2 id="problem-h">Why it did not succeed</h2><p>\(problem.text)</p>
            \(problem.field.map { "<p>Setting: <code>\($0)</code></p>" as HTML })
            \(problem.detail.map { "<details><summary>Detail</summary><pre>\($0)</pre></details>" as HTML })
            <p>Nothing was changed; gateways go on with the last good edition.
            <a href="/domains/\(Escape.url(run.domain))/sync/\(Escape.url(run.source))">To the Sync tab</a></p></section>
            """
    }

    private static func decision(_ call: Call, _ run: RunSummary) -> HTML {
        let limits = run.held.map { "<p>\(Text.held($0))</p>" as HTML }
        let may = call.visitor.may(.operator)
        switch run.outcome {
        case .held:
            let buttons: HTML =
                may
                ? """
                <div class="buttons">\(Form.button("/runs/\(run.id)/approve", "Apply once: \(Text.count(run.counts.total, "operation", "operations"))", call.visitor, style: "danger"))
                \(Form.button("/runs/\(run.id)/cancel", "Give the plan up", call.visitor))</div>
                """ : "<p class=\"hint\">An operator can approve it.</p>"
            return """
                <section class="card held-box" aria-labelledby="held-h"><h2 id="held-h">Held</h2>\(limits)
                <p>Nothing was changed; gateways go on with edition \(run.edition.from). Approving applies exactly the plan below, once;
                if mirror or address book have changed since, it is refused and a new plan is made.</p>\(buttons)</section>
                """
        case .previewed:
            let verdict: HTML =
                run.counts.total == 0
                ? "<p>No changes: the directory and the address book agree.</p>"
                : run.held.isEmpty
                    ? "<p>Nothing was changed yet. Applying does exactly what stands below.</p>"
                    : "\(limits)<p>A sync with this plan would be held until somebody approves it.</p>"
            let button: HTML =
                may && run.counts.total > 0
                ? """
                <div class="buttons">\(Form.button("/runs/\(run.id)/approve", "Apply \(Text.count(run.counts.total, "operation", "operations"))", call.visitor, style: run.held.isEmpty ? "main" : "danger"))
                \(Form.button("/runs/\(run.id)/cancel", "Discard", call.visitor))</div>
                """ : ""
            return
                "<section class=\"card\(run.held.isEmpty ? "" : " held-box")\" aria-labelledby=\"plan-h\"><h2 id=\"plan-h\">The plan</h2>\(verdict)\(button)</section>"
        default: return ""
        }
    }

    private static func facts(_ run: RunSummary) -> HTML {
        let left = [
            (run.leftOut.foreign, "foreign"), (run.leftOut.excluded, "excluded"), (run.leftOut.invalid, "invalid"),
            (run.leftOut.clash, "clashing"), (run.leftOut.disabled, "disabled"),
            (run.leftOut.noAddress, "without address"),
        ].filter { $0.0 > 0 }.map { "\(Text.number($0.0)) \($0.1)" }.joined(separator: ", ")
        return FactList.html([
            ("Started", "\(Text.time(run.startedAt)) by <bdi>\(run.startedBy)</bdi>"),
            ("Ended", run.finishedAt.map { "\(Text.time($0)), after \(Text.took(run))" }),
            (
                "Source",
                "<a href=\"/domains/\(Escape.url(run.domain))/sync/\(Escape.url(run.source))\">\(run.source)</a>, connector \(run.connector) \(run.version)"
            ),
            (
                "Read",
                "\(Text.count(run.read.objects, "object", "objects")), \(Text.count(run.read.memberships, "membership", "memberships")), \(Text.number(run.read.changed)) changed, \(run.read.complete ? "complete" : "not complete")"
            ),
            ("Left out", left.isEmpty ? "nothing" : "\(left)"),
            (
                "Edition",
                run.edition.from == run.edition.to ? "\(run.edition.to)" : "\(run.edition.from) to \(run.edition.to)"
            ),
            ("Approved", run.approvedBy.map { "by <bdi>\($0)</bdi> \(Text.time(run.approvedAt))" }),
            ("Takes back", run.undoes.map { "<a href=\"/runs/\($0)\">\($0)</a>" }),
            ("Taken back by", run.undoneBy.map { "<a href=\"/runs/\($0)\">\($0)</a>" }),
        ])
    }

    private static func warnings(_ run: RunSummary) -> HTML {
        guard !run.warnings.isEmpty else { return "" }
        let items = run.warnings.prefix(100).map { "<li><bdi>\($0)</bdi></li>" as HTML }
        return """
            <details\(run.warnings.count < 4 ? " open" : "")><summary>\(Text.count(run.warnings.count, "warning", "warnings"))</summary>
            <ul>\(Array(items))</ul></details>
            """
    }

    private static func counts(_ run: RunSummary) -> HTML {
        let counts = run.counts
        func item(_ name: String, _ add: Int, _ update: Int, _ delete: Int, _ change: String = "~") -> HTML {
            "<li>\(name)<strong><span class=\"add\">+\(Text.number(add))</span> <span class=\"update\">\(change)\(Text.number(update))</span> <span class=\"delete\">−\(Text.number(delete))</span></strong></li>"
        }
        return """
            <ul class="numbers" aria-label="Operations: added, changed, removed">\(item("Accounts", counts.accounts.add, counts.accounts.update, counts.accounts.delete))
            \(item("Aliases", counts.aliases.add, counts.aliases.move, counts.aliases.delete, "→"))\(item("Lists", counts.lists.add, counts.lists.update, counts.lists.delete))
            \(item("Members", counts.members.add, 0, counts.members.delete))</ul>
            """
    }

    private static func undo(_ call: Call, _ run: RunSummary) -> HTML {
        guard run.outcome == .applied, run.undoneBy == nil, call.visitor.may(.operator) else { return "" }
        return """
            <section class="card" aria-labelledby="undo-h"><h2 id="undo-h">Undo</h2><p>Takes this run back, by a plan of its own: with limits, and in the history.</p>
            <div class="buttons">\(Form.button("/runs/\(run.id)/undo", "Preview the undo", call.visitor, fields: Form.hidden("preview", "1")))
            \(Form.button("/runs/\(run.id)/undo", "Undo this run", call.visitor, style: "danger"))</div></section>
            """
    }
}
