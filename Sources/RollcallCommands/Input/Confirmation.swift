internal import Glibc

/// Asks before something is removed that cannot be had back. A script cannot be asked: it must say `--yes`.
enum Confirmation {
    static func require(_ question: String, yes: Bool, _ console: Console) throws(Failure) {
        if yes { return }
        guard console.inputIsTerminal, console.notesAreTerminal else {
            throw Failure(
                .confirm, "\(question) There is no terminal to ask at, so nothing was done.",
                hint: "Say --yes to mean it.")
        }
        console.raw("\(shown(question)) [y/N] ")
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw Failure(.cancelled, "Nothing was done.")
        }
    }
}
