internal import RollcallCore
internal import Glibc

/// What a person is told about a worker that did not end as it should.
extension Worker {
    /// Kills what is left, and keeps the verdict for every later call.
    @discardableResult
    func end(with verdict: ConnectorFailure) -> ConnectorFailure {
        if let ending { return ending }
        child.kill()
        let exit = child.reap()
        var verdict = verdict
        if verdict.incident == nil, verdict.cause == nil { verdict.incident = incident(exit) }
        ending = verdict
        child.finish()
        return verdict
    }

    private func incident(_ exit: Child.Exit) -> Incident {
        Incident(
            signal: exit.signal.map(Self.name), exitCode: exit.signal == nil ? exit.code : nil,
            connector: connector.id, version: connector.version, sha256: connector.sha256,
            log: incoming.lastLines, errorOutput: incoming.errorOutput())
    }

    func death(_ exit: Child.Exit, _ call: PumpedCall) -> ConnectorFailure {
        let name = connector.name
        if exit.ranOutOfMemory { return overMemory() }
        switch exit.signal {
        case SIGXFSZ:
            return failure(
                .limit, "The connector \(name) wrote a file larger than \(Self.size(limits.fileSize)) and was stopped.")
        case .some(let signal):
            // A language runtime that gets no memory traps, so the trap alone does not tell what was wrong.
            if max(peak, exit.peak) >= limits.memory / 4 * 3 { return overMemory() }
            return failure(.crashed, "The connector \(name) crashed (\(Self.name(signal))).", detail: lastWords)
        case nil where exit.code == 0:
            return failure(.failed, "The connector \(name) ended without having finished.", detail: lastWords)
        case nil:
            if max(peak, exit.peak) >= limits.memory / 4 * 3 { return overMemory() }
            return failure(
                .crashed, "The connector \(name) ended by itself with exit code \(exit.code).", detail: lastWords)
        }
    }

    func late(_ method: String, _ limit: UInt64) -> ConnectorFailure {
        let time = limit >= 60_000 ? "\(limit / 60_000) min" : limit >= 1000 ? "\(limit / 1000) s" : "\(limit) ms"
        let text =
            method == "sync"
            ? "The connector \(connector.name) made no progress for \(time) and was stopped."
            : "The connector \(connector.name) did not end \(method) within \(time) and was stopped."
        return failure(.hung, text, detail: lastWords)
    }

    func overMemory() -> ConnectorFailure {
        failure(
            .limit,
            "The connector \(connector.name) needed more than \(Self.size(limits.memory)) of memory and was stopped.",
            hint: "Raise sync.worker.memory if the directory is that large.")
    }

    func garbage(_ what: String) -> ConnectorFailure {
        failure(.failed, "The connector \(connector.name) sent something that is not understood.", detail: what)
    }

    /// The last line that it printed or logged: often the reason in the connector's own words.
    private var lastWords: String? {
        let error = incoming.errorOutput().split(separator: "\n").last.map(String.init)
        return (error ?? incoming.lastLines.last).map { Incoming.readable(Array($0.utf8)) }
    }

    private static func size(_ bytes: UInt64) -> String {
        bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
    }

    static func name(_ signal: Int32) -> String {
        let names: [Int32: String] = [
            SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGFPE: "SIGFPE",
            SIGTRAP: "SIGTRAP", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGSYS: "SIGSYS", SIGXFSZ: "SIGXFSZ",
            SIGXCPU: "SIGXCPU", SIGPIPE: "SIGPIPE", SIGHUP: "SIGHUP", SIGINT: "SIGINT",
        ]
        return names[signal] ?? "signal \(signal)"
    }
}

extension ConnectorStatus {
    /// For a connector that says nothing itself.
    func sentence(_ name: String) -> String {
        switch self {
        case .ok: "The connector \(name) is done."
        case .failed: "The connector \(name) failed without saying why."
        case .cancelled: "The connector \(name) was cancelled."
        case .badSettings: "The connector \(name) cannot work with these settings."
        case .needConsent: "The connector \(name) needs consent."
        case .denied: "The connector \(name) may not read what it needs."
        case .unavailable: "The directory that the connector \(name) reads is not available."
        case .needFull: "The connector \(name) asks for a full sync."
        case .unsupported: "The connector \(name) does not know this method."
        }
    }
}
