internal import ArgumentParser
internal import Dispatch
internal import Logging
internal import RollcallGateway

/// The lookup service alone, for a host that has no use for a dashboard. It follows the store, makes none, and goes on
/// from its snapshots when the store is away. With a primary it is a replica: it has no store, and goes on from its copy.
struct GatewayRun: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Answer gateways, without dashboard and schedule.",
        discussion: "Listens at gateway.socketmap. Never makes a store; without one it answers from its snapshots. "
            + "With --from or gateway.from it copies the address books from that primary, with gateway.token, and goes on "
            + "answering through any outage of it.")

    @Option(help: ArgumentHelp("The primary to copy address books from.", valueName: "url")) var from: String?
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let logger = Logger(label: "rollcall.gateway")
        let primary = from ?? session.configuration.text("gateway.from")
        let service: (any LookupServing)? =
            if let primary {
                try session.replicaService(from: primary, logger)
            } else { try session.lookupService(logger) }
        guard let service else {
            throw Failure(
                .configuration, "There is nothing to listen on: gateway.socketmap is off.",
                hint: "Set gateway.socketmap to HOST:PORT or unix:PATH.", field: "gateway.socketmap")
        }
        let done = DispatchSemaphore(value: 0)
        try Interrupts.during({ done.signal() }) {
            try service.start()
            session.console.note("rollcall: gateways are answered at \(Self.names(service))")
            done.wait()
            service.stop()
        }
        return Answer(["served": Self.names(service)], "Stopped.")
    }

    static func names(_ service: any LookupServing) -> String {
        service.places.map(\.description).joined(separator: ", ")
    }
}
