internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import RollcallCore

/// From the words of the command line to the exit code. The only place that prints answers and errors, so that the
/// contract (one document on standard output with `--json`, sentence and hint on standard error) is kept by all verbs.
enum CommandRunner {
    static func run(_ words: [String]) -> Int32 {
        let words = CommandLineArguments.ordered(words)
        do {
            let command = try RollcallCommand.parseAsRoot(words)
            if let verb = command as? any Verb { return run(verb) }
            var other = command
            try other.run()
            return 0
        } catch {
            return explain(error, words)
        }
    }

    static func run(_ verb: some Verb) -> Int32 {
        let console = Console()
        do {
            let session = try Session(verb.options)
            let answer = try AuditTrail.answer(verb, session)
            session.exportAfterwards(verb)
            try show(answer, json: verb.options.json, console)
            ReportMail.send(session)
            return answer.exitCode
        } catch {
            return report(FailureMapping.failure(error), json: verb.options.json, console)
        }
    }

    private static func show(_ answer: Answer, json: Bool, _ console: Console) throws {
        if let stream = answer.stream {
            try stream(console)
        } else if json {
            try console.answer(JSONText.encode(answer.document, pretty: console.answerIsTerminal))
        } else {
            try console.answer(answer.lines().map { Array(($0 + "\n").utf8) }.joined().map { $0 })
            if let hint = answer.hint { console.note("Hint: " + shown(hint)) }
        }
    }

    static func report(_ failure: Failure, json: Bool, _ console: Console) -> Int32 {
        if json, let bytes = try? JSONText.encode(FailureDocument(failure: failure), pretty: console.answerIsTerminal) {
            try? console.answer(bytes)
        }
        console.note("rollcall: " + shown(failure.message))
        if let hint = failure.hint { console.note("Hint: " + shown(hint)) }
        return failure.exitCode
    }

    /// Help and versions are answers; everything else that the parser says is a mistake in how it was called.
    private static func explain(_ error: any Error, _ words: [String]) -> Int32 {
        let json = CommandLineArguments.wantsJSON(words)
        let console = Console()
        let code = RollcallCommand.exitCode(for: error)
        if let exit = error as? ExitCode { return exit.rawValue }
        let text = RollcallCommand.fullMessage(for: error)
        if code == .success {
            try? console.answer(line: text)
            return 0
        }
        let sentence = Mistyped.sentence(words) ?? firstLine(RollcallCommand.message(for: error))
        if json {
            let failure = Failure(.usage, sentence, hint: "`rollcall --help` lists what there is.")
            if let bytes = try? JSONText.encode(FailureDocument(failure: failure), pretty: console.answerIsTerminal) {
                try? console.answer(bytes)
            }
        }
        if text.contains(sentence) {
            console.note(text)
        } else {
            console.note("rollcall: " + sentence)
            console.note("Hint: `rollcall --help` lists what there is.")
        }
        return 64
    }

    private static func firstLine(_ text: String) -> String {
        text.utf8.firstIndex(of: 0x0A).map { String(text[..<$0]) } ?? text
    }
}
