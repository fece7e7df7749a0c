@testable import RollcallCore
import Testing

/// What the filter says of bytes must never be "no" where it says "yes" of an operation in them.
@Suite("Filtered operations")
struct OperationFilterTests {
    static let texts = ["", "anna", "ANNA@", "new in the dir", "pattern b", "bad*", "id7", "Berta", "zz"]

    private func entry(
        _ primary: String, _ kind: EntryKind = .user, name: String = "", aliases: [String] = [],
        members: [String] = [], until: Int64? = nil
    ) -> Entry {
        Entry(
            primary: primary, kind: kind, name: name, aliases: aliases, members: members, owner: 1, objectID: "id7",
            until: until)
    }

    private var changes: [EntryChange] {
        let anna = entry("Anna@example.com", name: "Anna", aliases: ["a@example.com", "anna.b@example.com"])
        let list = entry("all@example.com", .list, members: ["a@example.com", "b@example.com"])
        var renamed = anna
        renamed.name = "Berta"
        var shorter = anna
        shorter.aliases = ["a@example.com"]
        var smaller = list
        smaller.members = ["a@example.com"]
        var turned = list
        turned.kind = .user
        turned.members = []
        var gaining = EntryChange(before: shorter, after: anna, reason: .changed)
        gaining.gained = [.init(alias: "anna.b@example.com", other: "c@example.com")]
        return [
            EntryChange(before: nil, after: anna, reason: .appeared),
            EntryChange(before: anna, after: nil, reason: .excluded, note: "bad*"),
            EntryChange(before: anna, after: entry("anna@example.com", until: 5), reason: .gone),
            EntryChange(before: entry("anna@example.com", until: 5), after: anna, reason: .returned),
            EntryChange(before: anna, after: renamed, reason: .changed),
            EntryChange(before: anna, after: shorter, reason: .changed), gaining,
            EntryChange(before: nil, after: list, reason: .appeared),
            EntryChange(before: list, after: smaller, reason: .changed),
            EntryChange(before: list, after: turned, reason: .changed),
        ]
    }

    @Test("bytes are passed over only where no operation in them is meant", arguments: texts)
    func bytes(text: String) throws {
        for change in changes {
            var bytes: [UInt8] = []
            change.append(to: &bytes)
            var operations: [Operation] = []
            change.forEachOperation { operations.append($0) }
            for op in [nil, Operation.Op.add, .update, .delete, .move] {
                for what in [nil, Operation.What.account, .alias, .list, .member] {
                    let filter = OperationFilter(op: op, what: what, text: text)
                    let isMeant = operations.contains(where: filter.matches)
                    let mayBe = try bytes.withUnsafeBytes { bytes in
                        var reader = ByteReader(bytes)
                        let view = try #require(ChangeView(&reader))
                        return filter.mayBe(in: bytes) && filter.mayBe(in: view, bytes)
                    }
                    #expect(mayBe || !isMeant, "\(filter.op as Any) \(filter.what as Any) “\(text)” in \(change)")
                }
            }
        }
    }

    @Test("a text is found at every place, in any case, and nowhere else")
    func folded() {
        for length in 0..<70 {
            for start in 0...length {
                let filler =
                    String(repeating: "x", count: start) + "Ab@9" + String(repeating: "X", count: length - start)
                #expect(FoldedText("aB@9").isIn(filler))
                #expect(!FoldedText("ab`9").isIn(filler) && !FoldedText("ab@99").isIn(filler))
            }
        }
        #expect(FoldedText("").isIn("") && !FoldedText("a").isIn("") && FoldedText("ä").isIn("xä"))
        #expect(!FoldedText("Ä").isIn("ä") && !FoldedText("[").isIn("{"))
    }

    @Test("counts by kind and thing are those of the run")
    func counts() {
        var counts = OperationCounts()
        for change in changes { change.forEachOperation { counts.add($0) } }
        #expect(counts.count(nil, nil) == counts.total)
        #expect(counts.count(.move, nil) == 1 && counts.count(.delete, .member) == counts.members.delete)
        #expect(OperationFilter(op: .move, what: .list, text: "x").count(in: counts) == 0)
        #expect(OperationFilter(text: "x").count(in: counts) == nil)
    }
}
