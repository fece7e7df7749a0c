internal import ArgumentParser
internal import RollcallStore
internal import RollcallWeb

/// The long-running program: dashboard, API and schedule. At its first start it makes the store, the keys and an owner
/// called `admin`, whose one-time password it prints once.
struct ServeCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve dashboard and API, sync what is due, and answer gateways.",
        discussion: """
            The first start makes an owner `admin` and prints a one-time password, once. SIGTERM ends it: runs that \
            read are cancelled, runs that apply are finished. SIGHUP reads the configuration again.
            """)

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let address = try ListenAddress(session.configuration)
        try session.requireNoLostStore()
        _ = try session.store()
        let sealed = try openKeys(session)
        try FirstOwner.make(session)
        let service = try Service(session, address, options: options, sealed: sealed)
        do {
            try service.run()
        } catch {
            throw Failure(
                .configuration, "Rollcall cannot listen on \(address.host):\(address.port): \(error).",
                hint: "Is it running already? Otherwise set http.listen to another port.", exitCode: 78)
        }
        return Answer(["served": address.url(port: address.port)], "Stopped.")
    }

    /// Makes the keys at first use. Without the right ones dashboard and lookups go on, and syncs are refused.
    private func openKeys(_ session: Session) throws -> String? {
        do {
            let ring = try session.keyRing()
            return try session.store().read { try Secrets.whySealed($0, ring) }
        } catch let error as StoreError where error.kind == .sealed {
            return error.description
        }
    }
}
