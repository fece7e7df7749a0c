internal import ArgumentParser
internal import FoundationEssentials

/// `rollcall manual DIR` writes the man pages: hidden, called by `make install`. They come from the same tree and the same
/// table of keys that the program runs by, so they cannot be out of date.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write the man pages.", shouldDisplay: false)

    @Argument(help: "The folder to write to.")
    var folder: String

    func run() throws {
        let pages = try ManualPage.all()
        for (name, text) in pages {
            let path = folder + "/" + name
            do {
                try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
            } catch {
                throw Failure(.failed, "The man page \(path) cannot be written.")
            }
        }
    }
}
