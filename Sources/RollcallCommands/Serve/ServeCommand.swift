internal import ArgumentParser
internal import Dispatch
internal import FoundationEssentials
internal import Logging
internal import RollcallGateway
internal import RollcallStore
internal import RollcallSync
internal import RollcallWeb
internal import Synchronization

/// The long-running program: dashboard, API and schedule. At its first start it makes the store, the keys and an owner
/// called `admin`, whose one-time password it prints once.
struct ServeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve dashboard and API, sync what is due, and answer gateways.",
        discussion: "The first start makes an owner `admin` and prints a one-time password, once.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let address = try ListenAddress(session.configuration)
        try session.requireNoLostStore()
        let store = try session.store()
        _ = try session.keyRing()
        try FirstOwner.make(session)
        var environment = try SitePorts(configuration: session.configuration, store: store)
            .environment(session, settings: address.settings())
        let logger = Logger(label: "rollcall")
        let lookups = try Self.lookups(session, logger)
        defer { lookups?.stop() }
        if let lookups { environment.lookups = lookups.counts }
        let site = try Site(environment)
        let server = WebServer(site, host: address.host, port: address.port, logger: logger)
        let console = session.console
        let schedule = ScheduleLoop(
            site, concurrency: session.configuration.number("sync.concurrency"), logger: logger)
        schedule.start()
        defer { schedule.stop() }
        let exports = try session.exports()
        let exportLog = logger
        exports.start { $0.log(exportLog) }
        defer { exports.stop() }
        let notify = NotifyLoop(try session.notifier(), logger: logger)
        notify.start()
        defer { notify.stop() }
        try Self.wait {
            try await server.run { port in
                console.note("rollcall: the dashboard is at \(address.url(port: port))")
            }
        } failure: {
            Failure(
                .configuration, "Rollcall cannot listen on \(address.host):\(address.port): \($0).",
                hint: "Is it running already? Otherwise set http.listen to another port.", exitCode: 78)
        }
        return Answer(["served": address.url(port: address.port)], "Stopped.")
    }

    /// Starts to answer gateways. A place that nobody chose is no reason to keep the dashboard from starting.
    private static func lookups(_ session: Session, _ logger: Logger) throws -> LookupService? {
        do {
            guard let service = try session.lookupService(logger) else { return nil }
            try service.start()
            session.console.note("rollcall: gateways are answered at \(GatewayRun.names(service))")
            return service
        } catch let failure as Failure where session.configuration.isGatewayPlaceStandard {
            logger.error("gateways are not answered: \(failure.message)")
            return nil
        }
    }

    /// The main thread waits here, the server runs on its own.
    private static func wait(
        _ body: @escaping @Sendable () async throws -> Void, failure: (any Error) -> Failure
    ) throws {
        let done = DispatchSemaphore(value: 0)
        let shared = Outcome()
        Task.detached {
            do { try await body() } catch { shared.set(error) }
            done.signal()
        }
        done.wait()
        if let error = shared.error { throw failure(error) }
    }
}

/// What ended the server, if it was an error.
private final class Outcome: Sendable {
    private let outcome = Mutex<(any Error)?>(nil)
    func set(_ error: any Error) { outcome.withLock { $0 = error } }
    var error: (any Error)? { outcome.withLock { $0 } }
}
