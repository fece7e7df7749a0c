internal import FoundationEssentials
internal import RollcallCore
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync

/// For whoever watches over the process: is it there, can it work, and numbers for graphs. Numbers only: no address and
/// no name of a person is ever a label.
enum Health {
    static let routes: [Route] = [
        Route("GET", "/healthz", .plain) { _ in WebResponse(200, "text/plain; charset=utf-8", "ok\n".utf8) },
        Route("GET", "/livez", .plain) { _ in WebResponse(200, "text/plain; charset=utf-8", "ok\n".utf8) },
        Route("GET", "/readyz", .plain) { call in
            // A directory that is away is no reason to take the dashboard out of service.
            let count = try call.store.read { try StoreNumbers.domains($0) }
            return WebResponse(200, "text/plain; charset=utf-8", "ok\nstore ok, \(count) domains\n".utf8)
        },
        Route("GET", "/metrics", .plain) { call in
            WebResponse(200, "text/plain; version=0.0.4; charset=utf-8", try Metrics.text(call).utf8)
        },
    ]
}

/// Prometheus' text form, by hand: it is a page of lines.
enum Metrics {
    static func text(_ call: Call) throws -> String {
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ values: [(String, String)]) {
            lines.append("# HELP \(name) \(help)")
            lines.append("# TYPE \(name) \(type)")
            for (labels, value) in values { lines.append("\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value)") }
        }
        let now = call.now
        let numbers = try call.store.read { try StoreNumbers.read($0) }
        family(
            "rollcall_build_info", "gauge", "The version that runs.",
            [("version=\"\(call.site.environment.settings.version)\"", "1")])
        family("rollcall_domains", "gauge", "Domains.", [("", String(numbers.domains))])
        family(
            "rollcall_entries", "gauge", "Entries of the address books, by kind and state.",
            numbers.entries.map {
                (
                    "kind=\"\(EntryKind(rawValue: $0.kind)?.name ?? "other")\",state=\"\($0.state == 0 ? "active" : "grace")\"",
                    String($0.count)
                )
            })
        family(
            "rollcall_runs_total", "counter", "Runs in the history, by kind and outcome.",
            numbers.runs.map { ("kind=\"\($0.kind)\",outcome=\"\($0.outcome)\"", String($0.count)) })
        family(
            "rollcall_run_duration_seconds_sum", "counter", "Seconds that ended runs took.",
            [("", String(numbers.seconds))])
        family("rollcall_run_duration_seconds_count", "counter", "Ended runs.", [("", String(numbers.ended))])
        let status = try call.service.status()
        func source(_ domain: String, _ type: String) -> String { "domain=\"\(domain)\",source=\"\(type)\"" }
        family(
            "rollcall_last_success_timestamp_seconds", "gauge", "When the last good run of a source began.",
            status.compactMap { line in
                line.lastGoodRun.map { (source(line.domain, line.source), String($0.at.seconds)) }
            })
        family(
            "rollcall_last_success_age_seconds", "gauge", "How long ago that was.",
            status.compactMap { line in
                line.lastGoodRun.map { (source(line.domain, line.source), String(max(0, now.seconds - $0.at.seconds))) }
            })
        family(
            "rollcall_held_runs", "gauge", "Runs that wait for a person.",
            [("", String(status.filter { $0.held != nil }.count))])
        family(
            "rollcall_secret_expiry_timestamp_seconds", "gauge", "When what a source signs in with ends.",
            status.flatMap { line in
                line.trust.ends.map {
                    (source(line.domain, line.source) + ",what=\"\($0.what)\"", String($0.at.seconds))
                }
            })
        family(
            "rollcall_source_silent_seconds", "gauge", "After how long without a good run there is an alarm.",
            status.compactMap { line in
                line.trust.silenceHours.map { (source(line.domain, line.source), String($0 * 3600)) }
            })
        family(
            "rollcall_source_healthy", "gauge", "1 as long as a source is neither failing nor quarantined.",
            status.filter(\.enabled).map { (source($0.domain, $0.source), $0.health == .fine ? "1" : "0") })
        family(
            "rollcall_attention", "gauge", "What needs a person, by source.",
            status.map { (source($0.domain, $0.source), String($0.attention.count)) })
        family(
            "rollcall_reports", "gauge", "Reports in the queue, by channel and state.",
            try call.store.read { try ReportQueue.counts($0) }.map {
                ("channel=\"\($0.channel)\",state=\"\($0.state)\"", String($0.count))
            })
        family("rollcall_runs_active", "gauge", "Runs at work in this process.", [("", String(call.site.live.count))])
        if let lookups = call.site.environment.lookups {
            family(
                "rollcall_gateway_lookups_total", "counter", "Keys that gateways asked for, by map and answer.",
                lookups.answers.map { ("map=\"\($0.map.rawValue)\",answer=\"\($0.word.text)\"", String($0.count)) })
            family(
                "rollcall_gateway_unmanaged_total", "counter",
                "Recipients asked for in domains that are not managed here.", [("", String(lookups.unmanaged))])
            family(
                "rollcall_gateway_connections", "gauge", "Connections of gateways.",
                [("", String(lookups.connections))])
            family(
                "rollcall_gateway_hits_dropped_total", "counter",
                "Addresses whose lookups were not counted because the store was away.",
                [("", String(lookups.dropped))])
        }
        family(
            "rollcall_http_requests_total", "counter", "Requests that were answered.",
            call.site.counts.all.map { ($0.labels, String($0.count)) })
        return lines.joined(separator: "\n") + "\n"
    }
}
