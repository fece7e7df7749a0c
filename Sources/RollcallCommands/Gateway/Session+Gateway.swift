internal import FoundationEssentials
internal import Logging
internal import RollcallGateway
internal import RollcallStore

/// From the configuration to a lookup service.
extension Configuration {
    /// `gateway.socketmap`; empty when it is off.
    var gatewayPlaces: [ListenPlace] {
        (values["gateway.socketmap"]?.items ?? []).compactMap { text in
            text.hasPrefix("unix:") ? ListenPlace("unix:" + absolute(String(text.dropFirst(5)))) : ListenPlace(text)
        }
    }

    var isGatewayPlaceStandard: Bool { values["gateway.socketmap"]?.origin == .standard }

    func snapshotFolder(_ store: StoreLocation) -> SnapshotFolder {
        text("gateway.snapshots").map { SnapshotFolder(absolute($0)) } ?? .beside(store: store.path)
    }

    var answerPolicy: AnswerPolicy {
        AnswerPolicy(
            staleAfter: Int64(seconds("gateway.stale_after")), staleIsTemporary: text("gateway.stale_answer") == "temp")
    }
}

extension Session {
    /// Listening already; `nil` where `gateway.socketmap` is off.
    func lookupService(_ logger: Logger) throws -> LookupService? {
        let places = configuration.gatewayPlaces
        guard !places.isEmpty else { return nil }
        let location = try location()
        do {
            return try LookupService(
                places, store: location, folder: configuration.snapshotFolder(location),
                policy: configuration.answerPolicy, logger: logger)
        } catch {
            throw Failure(
                .configuration, "Rollcall cannot answer gateways: \(error).",
                hint: "Is it running already? Otherwise set gateway.socketmap to another place, or to off.",
                field: "gateway.socketmap")
        }
    }

    /// A store that is gone is not to be made anew, as long as anything shows that there was one: an empty one would have
    /// every address refused, and every source synced from nothing.
    func requireNoLostStore() throws {
        let location = try location()
        guard !Store.exists(location) else { return }
        // A credential is there before the first start.
        let isKeyed =
            if case .file(let path) = try KeyLocation(configuration.keys) {
                FileManager.default.fileExists(atPath: path)
            } else {
                false
            }
        guard isKeyed || configuration.snapshotFolder(location).hasSnapshots else { return }
        throw Failure(
            .configuration,
            "There is no store at \(location.path), but \(isKeyed ? "its key ring" : "a gateway's snapshot") shows that there was one.",
            hint:
                "Put it back, or `rollcall store restore FILE`; `rollcall gateway` answers from the snapshot meanwhile. "
                + "To begin anew, move the key ring and \(configuration.snapshotFolder(location).path) away.",
            field: "store")
    }
}
