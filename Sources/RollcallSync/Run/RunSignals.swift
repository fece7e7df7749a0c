internal import Glibc
internal import RollcallStore

/// Reaches a run in another process of this machine.
enum RunSignals {
    /// Asks the process to cancel its run, as Ctrl-C does. `false` where it is not here, or not ours.
    static func cancel(_ process: ProcessIdentity) -> Bool {
        guard process.life == .alive, process.host == ProcessIdentity.current.host else { return false }
        return kill(process.pid, SIGINT) == 0
    }
}
