internal import ArgumentParser
internal import Dispatch
internal import Logging
internal import RollcallGateway

/// The lookup service alone, for a host that has no use for a dashboard. It follows the store, makes none, and goes on
/// from its snapshots when the store is away.
struct GatewayRun: Verb {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Answer gateways, without dashboard and schedule.",
        discussion: "Listens at gateway.socketmap. Never makes a store; without one it answers from its snapshots.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let logger = Logger(label: "rollcall.gateway")
        guard let service = try session.lookupService(logger) else {
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

    static func names(_ service: LookupService) -> String {
        service.places.map(\.description).joined(separator: ", ")
    }
}
