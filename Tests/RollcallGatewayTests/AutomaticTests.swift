import Foundation
import RollcallCore
import RollcallStore
import Synchronization
import TestSupport
import Testing

@testable import RollcallGateway

@Suite("Automatic exports")
struct AutomaticTests {
    let world: BookFixture
    let clock = Clock()

    final class Clock: Sendable {
        let seconds = Mutex<Int64>(1_800_000_000)
        var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
        func pass(_ count: Int64) { seconds.withLock { $0 += count } }
    }

    init() throws { world = try BookFixture() }

    private func keeper(_ jobs: ExportJob...) -> ExportKeeper {
        let clock = clock
        return ExportKeeper(world.store, jobs) { clock.now }
    }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: "\(world.folder)/\(name)", encoding: .utf8)) ?? ""
    }

    private func job(_ domain: String? = nil, _ command: String...) -> ExportJob {
        ExportJob(format: .postfix, domain: domain, path: world.folder + "/table", command: command)
    }

    @Test("a file is written once an edition, and its command run once")
    func once() throws {
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let log = world.folder + "/log"
        let keeper = keeper(job(nil, "/bin/sh", "-c", "echo $ROLLCALL_FILE >> \(log)"))
        #expect(keeper.round().map(\.problem) == [nil])
        #expect(keeper.round().isEmpty)
        #expect(text("table").contains("a@example.com user") && text("log").split(separator: "\n").count == 1)
        try world.put("example.com", [Entry(primary: "b@example.com", kind: .user)])
        // Another process, for which the store speaks.
        #expect(self.keeper(job(nil, "/bin/sh", "-c", "echo 2 >> \(log)")).round().count == 1)
        #expect(keeper.round().isEmpty)
        #expect(text("table").contains("b@example.com user") && text("log").split(separator: "\n").count == 2)
    }

    @Test("a change of switches or names is one of the table, and so is a file that was removed")
    func otherChanges() throws {
        var domain = try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let keeper = keeper(job("example.com"))
        #expect(keeper.round().count == 1)
        domain.catchall = "a@example.com"
        let changed = domain
        try world.store.write { try Domains.update($0, changed) }
        #expect(keeper.round().count == 1 && text("table").contains("@example.com catchall"))
        try world.store.write { try Domains.addAlias($0, changed.id, name: "example.net") }
        #expect(keeper.round().count == 1 && text("table").contains("a@example.net"))
        try FileManager.default.removeItem(atPath: world.folder + "/table")
        #expect(keeper.round().count == 1 && !text("table").isEmpty)
    }

    @Test("what failed is said, waits a little, and is done again until it works")
    func failure() throws {
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let keeper = keeper(job(nil, "/bin/sh", "-c", "echo broken; test -e \(world.folder)/mended"))
        let notes = keeper.round()
        #expect(notes.map(\.problem) == ["/bin/sh exited with 1."] && notes.first?.output == "broken\n")
        #expect(try keeper.status().first?.problem == "/bin/sh exited with 1.")
        #expect(text("table").contains("a@example.com"))
        #expect(keeper.round().isEmpty)
        clock.pass(2)
        #expect(keeper.round().count == 1)
        try world.fixture.file(world.folder + "/mended", "")
        clock.pass(2)
        #expect(keeper.round().isEmpty)
        clock.pass(2)
        #expect(keeper.round().map(\.problem) == [nil])
        #expect(try keeper.status().first?.problem == nil)
    }

    @Test("a domain that is not there is a problem; a book that has become empty empties no file")
    func empty() throws {
        let keeper = keeper(job("example.com"))
        #expect(keeper.round().first?.problem?.contains("no domain example.com") == true)
        try world.fixture.file(world.folder + "/table", "ann@example.com user\n")
        try world.domain()
        clock.pass(60)
        #expect(keeper.round().first?.problem?.contains("stays as it is") == true)
        #expect(text("table") == "ann@example.com user\n")
        try world.put("example.com", [Entry(primary: "b@example.com", kind: .user)])
        clock.pass(60)
        #expect(keeper.round().map(\.problem) == [nil])
        #expect(text("table").contains("b@example.com"))
    }

    @Test("many exporters at once never put an older edition over a newer one")
    func race() throws {
        try world.domain(with: [Entry(primary: "a@example.com", kind: .user)])
        let job = job()
        let stopped = Mutex(false)
        let group = DispatchGroup()
        for _ in 0..<4 {
            let keeper = keeper(job)
            DispatchQueue.global().async(group: group) {
                while !stopped.withLock({ $0 }) { _ = keeper.round() }
            }
        }
        var last: Int64 = 0
        for number in 0..<40 {
            try world.put("example.com", [Entry(primary: "u\(number)@example.com", kind: .user)])
            let line = text("table").split(separator: "\n").first ?? ""
            let edition = line.split(separator: " ").dropFirst(4).first.flatMap { Int64($0) } ?? 0
            #expect(edition >= last)
            last = edition
        }
        stopped.withLock { $0 = true }
        group.wait()
        _ = keeper(job).round(patience: 5)
        #expect(text("table").hasPrefix("# rollcall example.com edition 41 "))
    }

    @Test(
        "a command that hangs is ended with all that it started, and one that leaves a daemon behind is not waited for")
    func commands() throws {
        let begun = ContinuousClock.now
        let hung = ExportCommand.run(["/bin/sh", "-c", "sleep 60 & echo hi; sleep 60"], file: "f", seconds: 0.5)
        #expect(hung.problem == "/bin/sh was ended after 0 s." && hung.output == "hi\n")
        #expect(ExportCommand.run(["/bin/sh", "-c", "sleep 3 & exit 0"], file: "f").problem == nil)
        #expect(begun.duration(to: .now) < .seconds(3))
        #expect(ExportCommand.run(["/no/such"], file: "f").problem?.contains("cannot be started") == true)
        #expect(ExportCommand.run(["/bin/sh", "-c", "kill -9 $$"], file: "f").problem?.contains("signal 9") == true)
        let chatty = ExportCommand.run(["/bin/sh", "-c", "yes | head -c 1000000"], file: "f")
        #expect(chatty.problem == nil && chatty.output.utf8.count == 2000)
    }
}
