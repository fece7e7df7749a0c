internal import Logging
internal import RollcallGateway
internal import RollcallStore

/// What answers gateways, from whatever source.
protocol LookupServing: Sendable {
    var places: [ListenPlace] { get }
    func start() throws(SocketFailure)
    func stop()
}

extension LookupService: LookupServing {}
extension ReplicaService: LookupServing {}

extension Session {
    /// Listening already, with what was copied before in place; `nil` where `gateway.socketmap` is off.
    func replicaService(from primary: String, _ logger: Logger) throws -> ReplicaService? {
        let places = configuration.gatewayPlaces
        guard !places.isEmpty else { return nil }
        guard let token = try configuration.secret("gateway.token") else {
            throw Failure(
                .configuration, "There is no token for the primary \(shown(primary)).",
                hint:
                    "Make one there with `rollcall token create --scope replica`, and name its file by gateway.token.",
                field: "gateway.token")
        }
        // Beside where a store would be, so that a host that once had one does not mix the two.
        let folder =
            try configuration.text("gateway.snapshots").map { ReplicaFolder(configuration.absolute($0)) }
            ?? .beside(store: location().path)
        do {
            let client = try PrimaryClient(
                primary, token: String(decoding: token, as: UTF8.self),
                caFile: configuration.text("gateway.ca_file").map(configuration.absolute))
            return try ReplicaService(
                places, from: client, folder: folder, policy: configuration.answerPolicy, logger: logger)
        } catch let flaw as ReplicaFlaw {
            throw Failure(
                .configuration, "The address books cannot be copied: \(flaw).",
                hint: "Name the primary by --from or gateway.from, like https://rollcall.example.com.",
                field: "gateway.from")
        } catch {
            throw Failure(
                .configuration, "Rollcall cannot answer gateways: \(error).",
                hint: "Is it running already? Otherwise set gateway.socketmap to another place.",
                field: "gateway.socketmap")
        }
    }
}
