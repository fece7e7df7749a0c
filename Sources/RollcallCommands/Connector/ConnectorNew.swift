internal import ArgumentParser
internal import FoundationEssentials
internal import RollcallConnectors

/// Makes a folder with a connector that builds, conforms, and reads a file of people: its author goes on from there.
struct ConnectorNew: Verb {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a folder with a new connector, in C or Swift.")

    @Option(help: "c or swift.") var lang: String
    @Argument(help: "The connector's id, for example org.example.hr; the folder is named after it.") var name: String
    @OptionGroup var options: GlobalOptions

    struct Document: Encodable {
        let folder: String
        let files: [String]
    }

    func answer(_ session: Session) throws -> Answer {
        guard let language = Scaffold.Language(rawValue: lang.lowercased()) else {
            throw Failure(
                .usage, "There is no template in “\(shown(lang))”.",
                hint: "There are \(Scaffold.Language.allCases.map(\.rawValue).joined(separator: " and ")).",
                field: "lang")
        }
        let here = FileManager.default.currentDirectoryPath
        let include = includes(session.configuration.layout.prefix)
        do throws(Scaffold.Flaw) {
            let files = try Scaffold.make(language, name: name, in: here, include: include)
            return Answer(
                Document(folder: here + "/" + name, files: files), lines: files,
                hint: "Build it with `make -C \(name)`, then `rollcall connector check` its library.")
        } catch {
            throw Failure(.failed, error.description, hint: error.hint)
        }
    }

    /// Where the header lies: in this installation, else where systems have headers.
    private func includes(_ prefix: String) -> String {
        let candidates = [(prefix == "/" ? "" : prefix) + "/include", "/usr/local/include", "/usr/include"]
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/rollcall_connector.h") }
            ?? candidates[0]
    }
}
