import Foundation
import TestSupport
import Testing

struct RowMovesTests {
    @Test("a row put in at the top of a list is one change, not a change of every row behind it")
    func inserted() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 20)
        try rollcall.run("sync", "run", "example.com")
        let path = rollcall.folder + "/people.csv"
        var rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        rows.insert("new,new@example.com,,New,user,", at: 1)
        try rollcall.fixture.file(path, rows.joined(separator: "\n") + "\n")
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.number("read", "changed") == 1 && run.number("counts", "total") == 1)
    }
}
