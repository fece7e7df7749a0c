internal import Dispatch
internal import Glibc
internal import RollcallCore

/// One line on a terminal that says how far a run is; nothing at all where standard error is no terminal, so that logs
/// of cron jobs stay clean. Redrawn at most ten times a second: terminals are slow, directories are not.
final class ProgressLine {
    private let console: Console
    private let enabled: Bool
    private var last: UInt64 = 0
    private var drawn = false

    init(_ console: Console) {
        self.console = console
        enabled = console.notesAreTerminal
    }

    func show(_ text: String) {
        guard enabled else { return }
        let now = Self.milliseconds()
        guard now &- last >= 100 else { return }
        last = now
        drawn = true
        console.raw("\r\u{1B}[K" + shown(text))
    }

    func clear() {
        guard drawn else { return }
        drawn = false
        console.raw("\r\u{1B}[K")
    }

    private static func milliseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }
}
