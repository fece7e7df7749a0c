internal import RollcallCore
internal import CHostSystem
internal import Glibc
internal import Synchronization

/// One child process with one instance of one connector, for one job. All methods block and belong to one thread, but
/// for `cancel`, which any may call.
///
/// The worker is taken to be hostile: its frames are parsed within limits, what it says is redacted, each method has
/// its time, and whatever happens to it becomes a `ConnectorFailure` that names the connector. When `close` returns (or
/// the object is gone) no process, file or descriptor of it is left.
package final class Worker {
    let connector: ConnectorInfo
    let limits: WorkerLimits
    let child: Child
    let buffer = FrameBuffer()
    var incoming: Incoming
    var outbox = Outgoing()
    let isCancelled = Atomic<Bool>(false)
    private let wake: Int32
    /// Lines that came before there was an observer.
    var early: [(LogLevel, String)] = []
    /// The most memory that was seen in use.
    var peak: UInt64 = 0
    var lastLook: UInt64 = 0
    var lastProgress: UInt64 = 0
    /// Milliseconds that the directory asked to be left alone for, where that was too long to wait.
    package internal(set) var refusedWait: UInt64?
    /// What ended it, where something has.
    var ending: ConnectorFailure?
    var isClosed = false
    /// Ends of file, after which a descriptor is only noise.
    var socketIsDone = false
    var outputIsDone = false

    package init(
        _ connector: ConnectorInfo, settings: [(name: String, value: String)],
        secrets: [(name: String, value: String)], posted: (() throws -> [UInt8]?)? = nil,
        limits: WorkerLimits = .standard(), networks: NetworkPolicy = .any, executable: String,
        environment: [(name: String, value: String)] = [], product: String = "Rollcall/1.0.0"
    ) throws(ConnectorFailure) {
        let folder = try PrivateFolder()
        self.connector = connector
        self.limits = limits
        incoming = Incoming(secrets: secrets.map(\.value))
        var job = Job()
        job.library = connector.library
        job.connector = connector.id
        job.product = product
        job.temporary = folder.path
        job.networks = networks.text
        job.mayExecute = connector.needs.contains("exec")
        job.mayListen = connector.needs.contains("listen")
        job.memory = limits.memory
        job.files = limits.files
        job.fileSize = limits.fileSize
        job.longestWait = limits.longestWait
        do {
            let given = try Self.withPosted(settings, connector: connector, posted: posted, folder: folder)
            job.readable = Grants.paths(given, tab: connector.tab)
            job.ports = Grants.ports(given, connector: connector, environment: environment)
            job.settings = given + secrets
        } catch {
            folder.remove()
            throw error
        }
        wake = rollcall_eventfd()
        do {
            child = try Child(
                executable: executable, environment: environment.map { ($0.name, $0.value) },
                memory: limits.memory, folder: folder)
        } catch {
            Glibc.close(wake)
            throw error
        }
        guard outbox.add(job.frame()) else {
            child.finish()
            throw failure(.badSettings, "The settings are too large for the connector \(connector.name).")
        }
        // Starting a process on a busy machine may take a while; the library's own time begins at READY.
        _ = try pump(.ready, limit: limits.open + 20_000, says: "start", observer: nil)
        let opened = try pump(.done, limit: limits.open, says: "open", observer: nil)
        guard opened.status == .ok else {
            child.finish()
            let problem =
                opened.problems.first
                ?? Problem(.failed, text: "The connector \(connector.name) could not be opened.")
            throw ConnectorFailure(problem)
        }
    }

    /// Sets the list that was posted in place of the word `posted`.
    private static func withPosted(
        _ settings: [(name: String, value: String)], connector: ConnectorInfo, posted: (() throws -> [UInt8]?)?,
        folder: PrivateFolder
    ) throws(ConnectorFailure) -> [(name: String, value: String)] {
        var given = settings
        for index in given.indices where given[index].value == "posted" {
            guard let field = connector.tab?.field(given[index].name), field.type == .path, field.posted else {
                continue
            }
            let bytes: [UInt8]?
            do {
                bytes = try posted?() ?? nil
            } catch {
                throw ConnectorFailure(
                    .init(.failed, text: "The posted list could not be read: \(error)."), cause: error)
            }
            guard let bytes else {
                throw ConnectorFailure(
                    .init(.badSettings, field: field.id, text: "No list has been posted to this domain yet."),
                    hint: "Post one with `rollcall source post`, or by PUT to the domain's `posted`.")
            }
            given[index].value = try folder.write("posted", bytes)
        }
        return given
    }

    /// A button, a check, a suggestion, a step of a consent. The worker stays open for more.
    package func call(
        _ method: String, _ arguments: [(name: String, value: String)], observer: any WorkerObserver
    ) throws(ConnectorFailure) -> CallResult {
        var frame = FrameWriter(.call)
        frame.text(method)
        frame.pairs(arguments)
        try send(frame.finished())
        let limit = method == "suggest" ? limits.suggest : limits.call
        let end = try pump(.done, limit: limit, says: method, observer: observer)
        return CallResult(status: end.status, answers: end.answers, problems: end.problems)
    }

    /// Reads the directory. After NEED_FULL (and any other status but OK) the same instance may be asked again; OK is
    /// only given when the process has also ended well, so it ends the worker.
    package func sync(
        mode: SyncMode, state: [UInt8], observer: any WorkerObserver
    ) throws(ConnectorFailure) -> SyncEnd {
        var frame = FrameWriter(.sync)
        frame.number(mode.rawValue)
        frame.counted(state)
        try send(frame.finished())
        let end = try pump(.done, limit: limits.stall, says: "sync", isSync: true, observer: observer)
        if end.status == .ok { try finish(observer) }
        return SyncEnd(status: end.status, problems: end.problems)
    }

    /// Asks the running call to end; it is killed if it does not within the grace. From any thread.
    package func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        var one: UInt64 = 1
        _ = write(wake, &one, 8)
    }

    /// Ends the worker: in good order if it can, at once otherwise.
    package func close() {
        guard !isClosed else { return }
        if ending == nil { try? finish(nil) }
        isClosed = true
        child.finish()
    }

    deinit {
        child.finish()
        Glibc.close(wake)
    }

    var wakeDescriptor: Int32 { wake }

    private func send(_ frame: [UInt8]?) throws(ConnectorFailure) {
        if let ending { throw ending }
        guard !isClosed else { throw failure(.failed, "The worker of \(connector.name) has ended already.") }
        guard outbox.add(frame) else {
            throw failure(.badSettings, "What was given to the connector \(connector.name) is too large.")
        }
    }

    /// Lets the instance close and the process end, and sees that it ended well.
    private func finish(_ observer: (any WorkerObserver)?) throws(ConnectorFailure) {
        try send(FrameWriter(.close).finished())
        _ = try pump(.exit, limit: limits.open, says: "close", observer: observer)
        isClosed = true
        child.finish()
    }

    func failure(_ class: ProblemClass, _ text: String, hint: String? = nil, detail: String? = nil) -> ConnectorFailure
    {
        ConnectorFailure(Problem(`class`, text: text, detail: detail), hint: hint)
    }
}
