internal import ArgumentParser
internal import RollcallStore

/// Seals the store's secrets by a new key. The old keys stay in the ring, so older backups still open.
struct StoreRekey: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rekey", abstract: "Seal the stored secrets by a new key.")

    @Flag(help: "Take the ring's newest key instead of adding one, for a ring that somebody else keeps.")
    var existing = false
    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        try session.store().rekey(session.keyRing(), existing: existing, at: session.now)
        return Answer(["rekeyed": true], "The secrets are sealed by a new key.")
    }
}
