internal import CRollcall
internal import Glibc

/// The worker's side: what `rollcall worker` runs. It reads one job from descriptor 3, shuts itself in, and only then
/// loads the connector. Everything that goes wrong before the connector has the word is told in words; afterwards the
/// process may end at any moment, in any way.
package enum WorkerMain {
    private static let socket: Int32 = 3

    package static func run() -> Never {
        signal(SIGPIPE, SIG_IGN)
        var info = stat()
        guard fstat(socket, &info) == 0, info.st_mode & S_IFMT == S_IFSOCK else {
            let text = "rollcall worker is started by Rollcall itself, with a job on descriptor 3.\n"
            write(2, text, text.utf8.count)
            exit(Int32(EX_USAGE))
        }
        let buffer = FrameBuffer()
        guard let job = Inbox.first(socket, buffer) else { _exit(Int32(EX_PROTOCOL)) }
        if !job.temporary.isEmpty { chdir(job.temporary) }
        let outbox = Outbox(descriptor: socket)
        do throws(Sandbox.Flaw) {
            try Sandbox.enter(job)
        } catch {
            refuse(outbox, "The sandbox could not be set up on this system, so the connector was not loaded.")
        }
        outbox.send(FrameWriter(.ready).finished())
        let inbox = Inbox(descriptor: socket)
        inbox.start(buffer)
        let host = HostTable(outbox: outbox, inbox: inbox, job: job)
        host.install()
        let library: Library
        do throws(Library.Flaw) {
            library = try Library(path: job.library)
        } catch {
            refuse(outbox, "The connector's library cannot be loaded.", error.text)
        }
        switch job.kind {
        case .run: run(job, library, host)
        case .scan: Scan.run(library, host)
        case .check: CheckChild.run(job, library, host)
        }
    }

    /// Says why nothing came of it, and ends in good order.
    static func refuse(_ outbox: Outbox, _ text: String, _ detail: String = "") -> Never {
        outbox.send(FrameWriter(.ready).finished())
        outbox.problem(text, detail: detail)
        outbox.done(Int32(ROLLCALL_FAILED))
        // The host closes when it has read this; without it, so do we.
        sleep(10)
        _exit(0)
    }

    private static func run(_ job: Job, _ library: Library, _ host: HostTable) -> Never {
        guard let connector = library.connectors(host.table).first(where: { $0.pointee.id.string == job.connector })
        else {
            refuse(host.outbox, "The library has no connector with the id \(job.connector).")
        }
        let table = connector.pointee
        var instance: UnsafeMutableRawPointer?
        guard let open = table.open, let sync = table.sync else {
            refuse(host.outbox, "The connector's table has no open or no sync.")
        }
        host.serve(sync: false) { withPairs(job.settings) { open(host.context, $0, $1, &instance) } }
        while true {
            switch host.inbox.next() {
            case .call(let method, let arguments):
                guard let call = table.call else {
                    host.outbox.done(Int32(ROLLCALL_UNSUPPORTED))
                    continue
                }
                host.serve(sync: false) {
                    withPairs([(method, "")]) { name, _ in
                        withPairs(arguments) {
                            call(instance, host.context, name?.pointee.name ?? rollcall_str(), $0, $1)
                        }
                    }
                }
            case .sync(let mode, let state):
                host.serve(sync: true) { request(mode, state) { sync(instance, host.context, $0) } }
            case .close:
                if let close = table.close { close(instance) }
                fflush(nil)
                _exit(0)
            }
        }
    }

    static func request(
        _ mode: UInt32, _ state: [UInt8], _ body: (UnsafePointer<rollcall_request>) -> rollcall_status
    ) -> rollcall_status {
        state.withUnsafeBytes { bytes in
            let text = rollcall_str(data: bytes.assumingMemoryBound(to: CChar.self).baseAddress, len: bytes.count)
            var request = rollcall_request(
                struct_size: UInt32(MemoryLayout<rollcall_request>.size), mode: mode, state: text)
            return withUnsafePointer(to: &request) { body($0) }
        }
    }
}
