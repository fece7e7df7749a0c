internal import FoundationEssentials
internal import Glibc
internal import RollcallConnectors
internal import RollcallGateway

/// The program. `rollcall worker` is started by the program itself, once for each job of a connector: it goes its own way
/// before anything else, as it must not read a configuration or know a store.
public enum RollcallMain {
    public static func main() -> Never {
        ProcessMemory.returnsLargeBlocks()
        signal(SIGPIPE, SIG_IGN)
        if CommandLine.arguments.dropFirst().first == "worker" { WorkerMain.run() }
        // Whoever started the program may have had them blocked, which is inherited.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        // Stores, backups and exports are nobody else's business.
        AtomicFile.umask = umask(0o077)
        HostProcess.protect()
        SinkHandler.bootstrap()
        exit(CommandRunner.run(Array(CommandLine.arguments.dropFirst())))
    }
}
