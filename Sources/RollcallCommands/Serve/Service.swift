internal import Dispatch
internal import Glibc
internal import Logging
internal import RollcallConnectors
internal import RollcallGateway
internal import RollcallSync
internal import RollcallWeb
internal import Synchronization

/// What serves, from ready to stopped, and how the service manager is told of it.
final class Service: Sendable {
    /// From the wish to stop to the end, whatever hangs.
    private static let patience = 9.5

    private let address: ListenAddress
    private let manager = ServiceManager()
    private let logger = Logger(label: "rollcall")
    private let site: Site
    private let server: WebServer
    private let schedule: ScheduleLoop
    private let lookups: LookupService?
    private let exports: ExportKeeper
    private let notify: NotifyLoop
    private let options: GlobalOptions
    private let sealed: String?
    private let isStopping = Atomic<Bool>(false)

    init(_ session: Session, _ address: ListenAddress, options: GlobalOptions, sealed: String?) throws {
        self.address = address
        self.options = options
        self.sealed = sealed
        var environment = try SitePorts(configuration: session.configuration, store: session.store())
            .environment(session, settings: address.settings())
        environment.retention = session.configuration.retention
        lookups = try Self.lookups(session, logger)
        if let lookups { (environment.lookups, environment.books) = (lookups.counts, lookups.books) }
        environment.policy = session.configuration.answerPolicy
        site = try Site(environment)
        server = WebServer(site, host: address.host, port: address.port, logger: logger)
        let pulse = Pulse(manager, site)
        schedule = ScheduleLoop(
            site, concurrency: session.configuration.number("sync.concurrency"), logger: logger,
            beat: { pulse.beat() })
        exports = try session.exports()
        notify = NotifyLoop(try session.notifier(), logger: logger)
    }

    /// Serves until a signal ends it.
    func run() throws {
        if let sealed { logger.warning("syncs that need a secret are refused: \(sealed)") }
        ServeSignals.watch { [self] in $0 == SIGHUP ? reload() : stop() }
        defer { lookups?.stop() }
        schedule.start()
        defer { schedule.stop() }
        let logger = logger
        exports.start { $0.log(logger) }
        defer { exports.stop() }
        notify.start()
        defer { notify.stop() }
        try wait { [self] in
            try await server.run { [self] port in
                Console().note("rollcall: the dashboard is at \(address.url(port: port))")
                manager.ready("Serving at \(address.url(port: port)).")
            }
        }
        while site.live.count > 0 { usleep(50_000) }
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

    private func stop() {
        // Whoever asks again does not want to wait.
        guard !isStopping.exchange(true, ordering: .sequentiallyConsistent) else { _exit(130) }
        logger.notice("stopping", metadata: ["runs": "\(site.live.count)"])
        manager.stopping("Stopping.")
        BackgroundThread.start("last resort") {
            usleep(UInt32(Self.patience * 1_000_000))
            // What is in a transaction is not done, as at a kill: the store is as it was before.
            Console().note("rollcall: something did not end in time and was left where it was")
            _exit(0)
        }
        schedule.stop()
        site.live.stop()
        server.stop()
    }

    /// What can be changed while it serves: the log, how mail goes out, and how many runs go on
    /// at a time. Connectors are looked for anew.
    private func reload() {
        manager.reloading()
        defer { manager.ready("Serving at \(address.url(port: address.port)).") }
        do {
            let session = try Session(options)
            schedule.setConcurrency(session.configuration.number("sync.concurrency"))
            notify.use(session.notifierSettings())
            let connectors = site.environment.service.environment.catalog.scan()
            logger.notice(
                "configuration read again",
                metadata: [
                    "connectors": "\(connectors.filter { $0.state == .ready }.map(\.id).joined(separator: " "))"
                ])
        } catch {
            let failure = FailureMapping.failure(error)
            logger.error("the configuration is wrong, the old one goes on", metadata: ["why": "\(failure.message)"])
        }
    }

    /// The main thread waits here, the server runs on its own.
    private func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
        let done = DispatchSemaphore(value: 0)
        let outcome = Outcome()
        Task.detached {
            do { try await body() } catch { outcome.set(error) }
            done.signal()
        }
        done.wait()
        if let error = outcome.error { throw error }
    }
}

/// Signs of life for the watchdog, and a sentence for whoever looks. Told from the thread that starts runs, so that a
/// service whose schedule hangs is started anew.
private final class Pulse: Sendable {
    private struct State {
        var last = ContinuousClock.now - .seconds(3600)
        var runs = 0
    }

    private let manager: ServiceManager
    private let site: Site
    private let state = Mutex(State())

    init(_ manager: ServiceManager, _ site: Site) {
        self.manager = manager
        self.site = site
    }

    func beat() {
        let runs = site.live.count
        let (isDue, hasChanged) = state.withLock { state in
            let hasChanged = runs != state.runs
            state.runs = runs
            guard let seconds = manager.watchdogSeconds, ContinuousClock.now - state.last >= .seconds(seconds) else {
                return (false, hasChanged)
            }
            state.last = .now
            return (true, hasChanged)
        }
        if isDue { manager.alive() }
        if hasChanged { manager.status(runs == 0 ? "Serving." : "Serving, \(Counted.text(runs, "run")) at work.") }
    }
}

/// What ended the server, if it was an error.
private final class Outcome: Sendable {
    private let outcome = Mutex<(any Error)?>(nil)
    func set(_ error: any Error) { outcome.withLock { $0 = error } }
    var error: (any Error)? { outcome.withLock { $0 } }
}
