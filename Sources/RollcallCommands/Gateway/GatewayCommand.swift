internal import ArgumentParser

/// `gateway`: what mail gateways are told, and how they are set up to ask.
struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Answer mail gateways, and say how to set them up.",
        discussion: "Without a verb: run.",
        subcommands: [
            GatewayRun.self, GatewayCheck.self, GatewayPostfix.self, GatewayExim.self, GatewayRspamd.self,
        ], defaultSubcommand: GatewayRun.self)
}
