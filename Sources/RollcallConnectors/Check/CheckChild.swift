internal import CRollcall
internal import Glibc
internal import RollcallCore

/// One test of the kit, inside its own child and sandbox. It tells what it is about to do before it does it, so that a
/// crash has a place; then its findings.
struct CheckChild {
    let job: Job
    let library: Library
    let outbox: Outbox

    static func run(_ job: Job, _ library: Library, _ host: HostTable) -> Never {
        let child = CheckChild(job: job, library: library, outbox: host.outbox)
        if let test = CheckChild.tests[job.test] {
            test(child)
        } else {
            child.tell(.fail, "There is no such test.")
        }
        host.outbox.done(Int32(ROLLCALL_OK))
        sleep(10)
        _exit(0)
    }

    /// Every test that runs code, in the order in which they are told.
    static let order = [
        "scan.entry", "table.fields", "open.empty", "open.all", "open.unknown", "open.large", "open.badText",
        "open.cycles", "call.unknown", "call.check", "call.suggest", "call.consent", "sync.full", "sync.twice",
        "sync.delta", "sync.foreignState", "sync.replay", "sync.emitFails", "sync.cancelBefore", "sync.cancelAtEmit",
        "sync.cancelInWait", "sync.cancelByDescriptor", "growth.longerHost", "growth.unknownMode", "threads.calls",
        "secrets.marker",
    ]

    static let tests: [String: @Sendable (CheckChild) -> Void] = [
        "scan.entry": { $0.entry() }, "table.fields": { $0.fields() }, "open.empty": { $0.openEmpty() },
        "open.all": { $0.openAll() }, "open.unknown": { $0.openUnknown() }, "open.large": { $0.openLarge() },
        "open.badText": { $0.openBadText() }, "open.cycles": { $0.openCycles() },
        "call.unknown": { $0.callUnknown() }, "call.check": { $0.callCheck() }, "call.suggest": { $0.callSuggest() },
        "call.consent": { $0.callConsent() }, "sync.full": { $0.syncFull() }, "sync.twice": { $0.syncTwice() },
        "sync.delta": { $0.syncDelta() }, "sync.foreignState": { $0.syncForeignState() },
        "sync.replay": { $0.syncReplay() }, "sync.emitFails": { $0.syncEmitFails() },
        "sync.cancelBefore": { $0.syncCancelBefore() }, "sync.cancelAtEmit": { $0.syncCancelAtEmit() },
        "sync.cancelInWait": { $0.syncCancelInWait() }, "sync.cancelByDescriptor": { $0.syncCancelByDescriptor() },
        "growth.longerHost": { $0.longerHost() }, "growth.unknownMode": { $0.unknownMode() },
        "threads.calls": { $0.threads() }, "secrets.marker": { $0.secrets() },
    ]

    // MARK: What the tests share

    func tell(_ verdict: CheckResult.Verdict, _ text: String) {
        var frame = FrameWriter(.finding)
        frame.number(UInt8(CheckResult.Verdict.allCases.firstIndex(of: verdict) ?? 0))
        frame.text(text)
        outbox.send(frame.finished())
    }

    func step(_ text: String) {
        var frame = FrameWriter(.finding)
        frame.number(UInt8(255))
        frame.text(text)
        outbox.send(frame.finished())
    }

    func table(_ host: CheckHost) -> UnsafePointer<rollcall_connector>? {
        step("rollcall_connector_v1")
        let all = library.connectors(UnsafePointer(host.table))
        return all.first { $0.pointee.id.string == job.connector } ?? all.first
    }

    func instance(_ host: CheckHost) -> CheckInstance? {
        guard let table = table(host) else {
            tell(.fail, "The library has no connector.")
            return nil
        }
        return CheckInstance(table.pointee, host, step: step)
    }

    var tab: TabDocument? {
        let host = CheckHost()
        return table(host).flatMap { try? TabDocument($0.pointee.tab.raw) }
    }

    /// The settings that were given with the command.
    var given: [(name: String, value: [UInt8])] { job.settings.map { ($0.name, Array($0.value.utf8)) } }

    /// An instance with the settings that were given; `nil`, and told, where it does not open.
    func opened(_ host: CheckHost) -> CheckInstance? {
        guard let instance = instance(host) else { return nil }
        let status = instance.open(given)
        guard status == ROLLCALL_OK else {
            tell(.warn, "Not tried: open returned \(status) with these settings.")
            return nil
        }
        return instance
    }

    /// Whether a sync got far enough to say something about it; told where it did not.
    func reads(_ status: rollcall_status, _ host: CheckHost) -> Bool {
        if status == ROLLCALL_OK { return true }
        let reason = host.record.problems.first.map { ": \($0.text)" } ?? ""
        switch Int(status) {
        case ROLLCALL_BAD_SETTINGS, ROLLCALL_NEED_CONSENT, ROLLCALL_DENIED, ROLLCALL_UNAVAILABLE:
            tell(.warn, "Not tried: the sync returned \(status)\(reason) Give it settings to work with (--set).")
        default: tell(.fail, "The sync returned \(status)\(reason)")
        }
        if host.record.problems.isEmpty { tell(.warn, "It does not say why: problem() was not called.") }
        return false
    }

    /// A verdict, with what the host noticed on the way.
    func conclude(_ host: CheckHost, _ flaw: String?, _ good: String) {
        for each in host.record.flaws { tell(.fail, each.prefix(1).uppercased() + each.dropFirst()) }
        if let flaw { tell(.fail, flaw) } else if host.record.flaws.isEmpty { tell(.pass, good) }
    }

    /// How many threads and descriptors this process has.
    static func count(_ directory: String) -> Int {
        guard let opened = opendir(directory) else { return 0 }
        defer { closedir(opened) }
        var count = 0
        while readdir(opened) != nil { count += 1 }
        return count
    }

    /// Bytes in memory.
    static func resident() -> Int {
        var buffer = [UInt8](repeating: 0, count: 128)
        let descriptor = Glibc.open("/proc/self/statm", O_RDONLY)
        guard descriptor >= 0 else { return 0 }
        defer { Glibc.close(descriptor) }
        let got = read(descriptor, &buffer, buffer.count)
        let fields = buffer.prefix(max(got, 0)).split(separator: 0x20)
        return fields.count > 1 ? (Int(String(decoding: fields[1], as: UTF8.self)) ?? 0) * Int(getpagesize()) : 0
    }
}
