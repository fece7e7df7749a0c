internal import ArgumentParser
internal import Glibc

/// A command at the end of the tree. It answers, and leaves printing and exit codes to one place.
protocol Verb: ParsableCommand {
    var options: GlobalOptions { get }
    func answer(_ session: Session) throws -> Answer
}

extension Verb {
    // ArgumentParser's way in; the program itself goes through CommandRunner.
    func run() throws { throw ExitCode(CommandRunner.run(self)) }
}
