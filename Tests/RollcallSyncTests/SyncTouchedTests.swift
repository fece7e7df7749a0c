internal import RollcallCore
internal import RollcallSync
internal import TestSupport
internal import Testing

/// A directory that drifts from delta to delta, and the lines by which the script connector tells of it.
private struct DriftingDirectory {
    var random: SeededGenerator
    var people: [String: String] = [:]
    var edges: Set<String> = []

    private mutating func address() -> String {
        "\(["n", "N", "box"][random.below(3)])\(random.below(14))@\(["example.com", "Example.com", "other.org"][random.below(3)])"
    }

    private mutating func person(_ id: Int) -> String {
        var words = ["put", id % 4 == 0 ? "group" : "user", "id\(id)"]
        if !random.once(in: 6) { words.append("mail=\(address())") }
        for _ in 0..<random.below(3) { words.append("alias=\(address())") }
        return words.joined(separator: " ")
    }

    /// Changes a few things; the lines that tell of it.
    mutating func drift(_ count: Int) -> [String] {
        var lines: [String] = []
        for _ in 0..<count {
            let id = random.below(24)
            switch random.below(5) {
            case 0:
                lines.append("delete \(id % 4 == 0 ? "group" : "user") id\(id)")
                people["id\(id)"] = nil
                if id % 4 == 0 { edges = edges.filter { !$0.hasPrefix("id\(id) ") } }
            case 1, 2:
                let edge = "id\(random.below(6) * 4) id\(id)"
                if edges.contains(edge) { edges.remove(edge) } else { edges.insert(edge) }
                lines.append("\(edges.contains(edge) ? "edge" : "unedge") \(edge)")
            default:
                people["id\(id)"] = person(id)
                lines.append(people["id\(id)"] ?? "")
            }
        }
        return lines
    }

    var all: [String] { people.sorted { $0.key < $1.key }.map(\.value) + edges.sorted().map { "edge \($0)" } }
}

@Suite("Deltas plan what they touch")
struct SyncTouchedTests {
    @Test("and leave the book that a plan of everything would", arguments: UInt64(0)..<4)
    func drift(seed: UInt64) throws {
        let world = try SyncFixture()
        var directory = DriftingDirectory(random: SeededGenerator(seed: seed))
        _ = directory.drift(40)
        try world.script("full", directory.all + ["checkpoint s"])
        for id in ["accounts.delete", "aliases.delete", "lists.delete", "members.delete"] {
            try world.set("limit.\(id)", "off")
        }
        try world.sync()
        for round in 0..<12 {
            try world.script("delta", directory.drift(1 + directory.random.below(4)) + ["checkpoint s"])
            // Now and then a day goes by, and grace ends.
            if directory.random.once(in: 4) { world.clock.advance(90_000) }
            let isHeld = directory.random.once(in: 3)
            if isHeld { try world.set("limit.total", "0") }
            var run = try world.sync()
            if isHeld { try world.set("limit.total", "off") }
            #expect(run.mode == .delta)
            if run.outcome == .held { run = try world.service.approve(run: run.id, by: "test") }
            #expect(run.outcome == .applied || run.outcome == .unchanged)

            // Another rule that changes nothing: all of the book is planned anew.
            try world.script("delta", ["checkpoint s"])
            try world.set("exclude", "nobody@*")
            let whole = try world.sync(.preview)
            try world.set("exclude", "")
            let operations = try world.operations(whole.id)
            #expect(operations.isEmpty, "seed \(seed), round \(round)")
            #expect(whole.leftOut == run.leftOut, "seed \(seed), round \(round)")
        }
    }
}
