import Foundation
import TestSupport
import Testing

/// A run that is killed at any moment leaves the old book or the new one, whole, and the next run needs no hand.
struct KillTests {
    @Test("kill -9 at twenty random moments leaves the old book or the new one")
    func killed() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 0)
        try list(rollcall, round: 100)
        try rollcall.run("source", "set", "example.com", "deleted=at_once")
        #expect(try rollcall.json("sync", "run", "example.com").text("outcome") == "applied")
        var random = SeededGenerator(seed: 9)
        var books = [try book(rollcall)]
        // How long an undisturbed run takes here, for the kills to fall within one.
        let began = Date()
        try list(rollcall, round: 0)
        try rollcall.run("sync", "run", "example.com")
        let length = Date().timeIntervalSince(began)
        books.append(try book(rollcall))
        for round in 1...20 {
            try list(rollcall, round: round)
            let running = try rollcall.start(["sync", "run", "example.com", "--json"])
            Thread.sleep(forTimeInterval: length * Double(random.below(1_000)) / 1_000)
            kill(running.process.processIdentifier, SIGKILL)
            _ = try running.wait()
            let found = try book(rollcall)
            let last = try #require(books.last)
            if found.edition == last.edition {
                #expect(found == last, "round \(round)")
            } else {
                #expect(found.edition == last.edition + 1)
                #expect(found.addresses == Self.addresses(round: round), "round \(round)")
            }
            // The lease of the dead is free at once, and the run goes through.
            let next = try rollcall.json("sync", "run", "example.com")
            #expect(["applied", "unchanged"].contains(next.text("outcome") ?? ""), "\(next.output)\(next.errors)")
            let settled = try book(rollcall)
            #expect(settled.addresses == Self.addresses(round: round), "round \(round)")
            books.append(settled)
        }
        #expect(try rollcall.json("store", "check").exitCode == 0)
        let runs = try rollcall.json("run", "list", "--limit", "100").list
        #expect(!runs.contains { $0["outcome"] as? String == "running" })
    }

    private struct Book: Equatable {
        var edition: Int
        var addresses: [String]
    }

    private func book(_ rollcall: Installation) throws -> Book {
        let answer = try rollcall.json("book", "show", "example.com")
        let accounts = answer["accounts"] as? [[String: Any]] ?? []
        return Book(
            edition: answer.number("edition") ?? -1,
            addresses: accounts.compactMap { $0["address"] as? String }.sorted())
    }

    /// Everybody's address changes with the round, so that half a run could not be taken for a whole one.
    private func list(_ rollcall: Installation, round: Int) throws {
        let rows = (0..<3_000).map { "u\($0),round\(round).\($0)@example.com,,User \($0),user,\n" }
        try rollcall.fixture.file(
            rollcall.folder + "/people.csv", "id,email,aliases,name,type,members\n" + rows.joined())
    }

    private static func addresses(round: Int) -> [String] {
        (0..<3_000).map { "round\(round).\($0)@example.com" }.sorted()
    }
}
