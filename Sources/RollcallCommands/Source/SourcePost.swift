internal import ArgumentParser
internal import FoundationEssentials
internal import RollcallStore

/// Posts a list to a domain: what a source whose location is `posted` reads at its next sync. Kept byte for byte; whether
/// it can be read is the connector's to say, by `sync test`.
struct SourcePost: Verb {
    static let configuration = CommandConfiguration(
        commandName: "post", abstract: "Post a list to a domain, from a file or standard input.")

    @Argument(help: "The domain.") var domain: DomainReference
    @Argument(help: "The list; without it standard input.") var file: String?
    @OptionGroup var options: GlobalOptions

    static let limit = 256 << 20

    struct Document: Encodable {
        let domain: String
        let bytes: Int
    }

    func answer(_ session: Session) throws -> Answer {
        let bytes: [UInt8]
        if let file, file != "-" {
            guard let data = try? Data(contentsOf: URL(filePath: file)) else {
                throw Failure(.failed, "The list \(file) cannot be read.", hint: "Look at its name and mode.")
            }
            bytes = Array(data)
        } else {
            bytes = try session.console.input(limit: Self.limit)
        }
        guard bytes.count <= Self.limit else {
            throw Failure(.failed, "The list is larger than 256 MiB.")
        }
        guard !bytes.isEmpty else {
            throw Failure(.failed, "The list is empty, so it is not posted.", hint: "The one posted before stays.")
        }
        let name = try session.store().write { db in
            let domain = try Session.domain(db, domain)
            try PostedLists.set(db, domain: domain.id, data: bytes, at: session.now)
            return domain.name
        }
        return Answer(
            Document(domain: name, bytes: bytes.count), "Posted \(bytes.count) bytes to \(name).",
            hint: "`rollcall sync run \(name)` reads them, where the source's location is `posted`.")
    }
}
