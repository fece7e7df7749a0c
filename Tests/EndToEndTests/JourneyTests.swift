import Foundation
import TestSupport
import Testing

/// The journey of product.md by the command line.
struct JourneyTests {
    @Test("from no store at all to an explained address")
    func journey() throws {
        let rollcall = try Installation()
        let added = try rollcall.json(
            "domain", "add", "Example.COM", "--type", "generic", "--inbound", "mail.example.com:26/5")
        #expect(added.exitCode == 0)
        #expect(added.text("name") == "example.com")
        #expect(added.text("type") == "generic")
        #expect(added["enforce"] as? Bool == false)

        let csv = """
            id,email,aliases,name,type,members
            1,ann@example.com,a@example.com;ann@elsewhere.org,Ann,user,
            2,bob@example.com,,Bob,user,
            3,info@example.com,,Info,shared,
            4,team@example.com,,Team,list,1;bob@example.com;ext@elsewhere.org
            5,forgetme7@example.com,,Leaver,user,
            """
        let path = try rollcall.fixture.file(rollcall.folder + "/people.csv", csv)
        let set = try rollcall.json(
            "source", "set", "example.com", "location=\(path)", "exclude=forgetme[0-9]@example.com")
        #expect(set.exitCode == 0)
        #expect(set.text("settings", "location") == path)

        let test = try rollcall.json("sync", "test", "example.com")
        #expect(test["ok"] as? Bool == true)
        #expect((test["sample"] as? [[String: Any]])?.count == 4)

        let preview = try rollcall.json("sync", "preview", "example.com")
        #expect(preview.text("outcome") == "previewed")
        #expect(preview.number("counts", "accounts", "add") == 3)
        #expect(try rollcall.json("book", "show", "example.com")["accounts"] as? [String] == [])

        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.exitCode == 0)
        #expect(run.text("outcome") == "applied")
        #expect(run.text("kind") == "sync")
        #expect(run.number("counts", "aliases", "add") == 1)
        #expect(run.number("counts", "lists", "add") == 1)
        #expect(run.number("counts", "members", "add") == 3)
        #expect(run.number("leftOut", "foreign") == 1)
        #expect(run.number("leftOut", "excluded") == 1)
        #expect(run.number("edition", "to") == 1)
        #expect(run["problem"] is NSNull)
        #expect(run["read", "complete"] as? Bool == true)

        let again = try rollcall.json("sync", "run", "example.com")
        #expect(again.text("outcome") == "unchanged")
        #expect(again.number("edition", "to") == 1)

        let book = try rollcall.json("book", "show", "example.com")
        let accounts = try #require(book["accounts"] as? [[String: Any]])
        #expect(
            accounts.compactMap { $0["address"] as? String } == [
                "ann@example.com", "bob@example.com", "info@example.com",
            ])
        let list = try #require((book["lists"] as? [[String: Any]])?.first)
        #expect(
            list["members"] as? [String] == ["ann@example.com", "bob@example.com", "ext@elsewhere.org"])

        let yes = try rollcall.json("explain", "A@example.com")
        #expect(yes["accepted"] as? Bool == true)
        #expect(yes.text("as") == "alias")
        #expect(yes.text("account") == "ann@example.com")
        #expect(yes.text("since", "run") == run.text("id"))
        let no = try rollcall.json("explain", "forgetme7@example.com")
        #expect(no.exitCode == 0)
        #expect(no.text("why") == "excluded")

        let id = try #require(run.text("id"))
        let history = try rollcall.json("run", "list", "example.com")
        #expect(history.list.count == 3)
        let shown = try rollcall.json("run", "show", id, "--operations")
        #expect((shown["operations"] as? [Any])?.count == run.number("counts", "total"))
        let lines = try rollcall.run("run", "show", id, "--json-lines").output.split(separator: "\n")
        #expect(lines.count == run.number("counts", "total"))

        let status = try rollcall.json("status")
        #expect(status.exitCode == 0)
        #expect(status["ok"] as? Bool == true)
    }

    @Test("too many deletes are held, shown, approved once and taken back")
    func limit() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 40)
        #expect(try rollcall.json("sync", "run", "example.com").exitCode == 0)
        try rollcall.people(20)
        let preview = try rollcall.json("sync", "preview", "example.com")
        #expect(preview.exitCode == 0)
        #expect((preview["held"] as? [Any])?.isEmpty == false)
        #expect(try rollcall.json("sync", "preview", "example.com", "--exit-code").exitCode == 3)

        let held = try rollcall.json("sync", "run", "example.com")
        #expect(held.exitCode == 3)
        #expect(held.text("outcome") == "held")
        let limits = (held["held"] as? [[String: Any]])?.compactMap { $0["limit"] as? String } ?? []
        #expect(limits.contains("accounts.delete"))
        #expect((try rollcall.json("book", "show", "example.com")["accounts"] as? [Any])?.count == 40)
        #expect(try rollcall.json("status").exitCode == 1)

        let id = try #require(held.text("id"))
        let approved = try rollcall.json("sync", "approve", id)
        #expect(approved.exitCode == 0)
        #expect(approved.text("outcome") == "applied")
        #expect(approved.number("counts", "accounts", "delete") == 20)
        #expect(try rollcall.json("sync", "approve", id).exitCode == 1)
        #expect(try rollcall.json("explain", "user30@example.com").text("why") == "grace")

        let preview2 = try rollcall.json("sync", "undo", id, "--preview")
        #expect(preview2.text("outcome") == "previewed")
        let undone = try rollcall.json("sync", "undo", id)
        #expect(undone.exitCode == 0)
        #expect(undone.text("kind") == "undo")
        #expect(try rollcall.json("explain", "user30@example.com")["accepted"] as? Bool == true)
    }

    @Test("an emptied list never empties the book, whatever the limits")
    func emptied() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 3)
        try rollcall.run("sync", "run", "example.com")
        try rollcall.run("source", "set", "example.com", "limit.accounts.delete=off", "limit.aliases.delete=off")
        try rollcall.people(0)
        let held = try rollcall.json("sync", "run", "example.com")
        #expect([3, 4].contains(held.exitCode))
        #expect((try rollcall.json("book", "show", "example.com")["accounts"] as? [Any])?.count == 3)
        if held.exitCode == 3 {
            #expect(try rollcall.json("sync", "cancel", held.text("id") ?? "").text("outcome") == "cancelled")
        }
    }

    @Test("a posted list is a source")
    func posted() throws {
        let rollcall = try Installation()
        try rollcall.run("domain", "add", "example.com", "--type", "generic")
        try rollcall.run("source", "set", "example.com", "location=posted")
        #expect(try rollcall.json("sync", "run", "example.com").exitCode != 0)
        let list = #"[{"email":"ann@example.com","aliases":["a@example.com"]}]"#
        #expect(try rollcall.json("source", "post", "example.com", input: list).exitCode == 0)
        let run = try rollcall.json("sync", "run", "example.com")
        #expect(run.text("outcome") == "applied")
        #expect(run.number("counts", "accounts", "add") == 1)
    }

    @Test("the tables of gateways name every address, and are replaced in one step")
    func exports() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 2)
        try rollcall.run("domain", "alias", "example.com", "example.net")
        try rollcall.run("sync", "run", "example.com")
        let path = rollcall.folder + "/recipients"
        let export = try rollcall.json("book", "export", "example.com", "--format", "postfix", "--to", path)
        #expect(export.exitCode == 0)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        // Two people with an alias, postmaster and abuse, under both names; and the edition.
        #expect(lines.count == 13 && lines[0].hasPrefix("# rollcall example.com edition "))
        #expect(lines.contains("user0@example.com user"))
        #expect(lines.contains("alias1@example.net alias"))
        // What the generic connector writes it reads.
        let csv = try rollcall.run("book", "export", "example.com", "--format", "csv").output
        #expect(csv.contains("\"u0\",\"user0@example.com\",\"alias0@example.com\""))
        // A folder that is not there: the old file stays, and the sentence names it.
        let failed = try rollcall.json(
            "book", "export", "example.com", "--format", "list", "--to", rollcall.folder + "/no/such")
        #expect(failed.exitCode == 1)
        #expect(try rollcall.json("book", "export", "example.com", "--format", "lmdb").exitCode == 64)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: rollcall.folder).allSatisfy { !$0.hasSuffix(".new") })
    }

    @Test("entries by hand stay, and pass to a source and back")
    func byHand() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 2)
        try rollcall.run("account", "add", "hand@example.com", "--alias", "made@example.com")
        try rollcall.run("sync", "run", "example.com")
        #expect(try rollcall.json("explain", "made@example.com").text("owner") == "manual")
        #expect(try rollcall.json("account", "add", "alias1@example.com").text("error", "class") == "exists")
        #expect(try rollcall.json("account", "remove", "user1@example.com").exitCode == 1)
        #expect(
            try rollcall.json("account", "give", "hand@example.com", "example.com/generic").text("owner") == "generic")
        #expect(try rollcall.json("account", "take", "hand@example.com").text("owner") == "manual")
        #expect(try rollcall.json("account", "remove", "hand@example.com").exitCode == 0)
        #expect(try rollcall.json("explain", "made@example.com")["accepted"] as? Bool == false)
    }
}
