import DirectoryServers
import Foundation
import TestSupport
import Testing

/// What this product is for, with the real thing: Postfix asks Rollcall, and mail for people who exist is accepted, other
/// mail is refused, and when something is broken, nothing is.
@Suite(.serialized, .enabled(if: Postfix.canRun, "Postfix can be started by root only"))
struct PostfixTests {
    /// An installation with people, a lookup service of its own, and where that listens.
    struct Setting {
        let rollcall: Installation
        let port = Shell.freePort()
        var service: Running?

        init(_ people: String, deleted: String = "at_once", more: String = "") throws {
            rollcall = try Installation()
            try rollcall.configure("gateway: { socketmap: \"127.0.0.1:\(port)\"\(more) }")
            try write(people)
            try rollcall.run("domain", "add", "example.com", "--type", "generic", "--inbound", "127.0.0.1:2525")
            try rollcall.run(
                "source", "set", "example.com", "location=\(rollcall.folder)/people.csv", "deleted=\(deleted)",
                "limit.accounts.delete=off", "limit.aliases.delete=off", "limit.lists.delete=off",
                "limit.members.delete=off")
        }

        func write(_ people: String) throws {
            try rollcall.fixture.file(
                rollcall.folder + "/people.csv", "id,email,aliases,name,type,members\n" + people)
        }

        func sync() throws { #expect(try rollcall.run("sync", "run", "example.com").exitCode == 0) }
        func set(_ words: String...) throws {
            #expect(try rollcall.start(["domain", "set", "example.com"] + words).wait().exitCode == 0)
        }

        mutating func start() throws {
            let running = try rollcall.start(["gateway"])
            service = running
            rollcall.fixture.defer { Shell.stop(running.process) }
            try Shell.wait(seconds: 20, for: "the lookup service") {
                (try? Shell.run(["postmap", "-q", "postmaster@example.com", map("recipients")])) != nil
            }
        }

        func map(_ name: String) -> String { "socketmap:inet:127.0.0.1:\(port):\(name)" }

        func postfix(_ more: String = "", recipients: String? = nil, wantsSink: Bool = false, isChrooted: Bool = false)
            throws -> Postfix
        {
            try Postfix(
                rollcall.fixture,
                """
                relay_domains = example.com, example.org
                relay_recipient_maps = \(recipients ?? map("recipients"))
                relay_transport = smtp:[127.0.0.1]:9
                local_recipient_maps =
                mydestination =
                unknown_relay_recipient_reject_code = 550
                smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
                \(more)
                """, wantsSink: wantsSink, isChrooted: isChrooted)
        }

        var database: String { rollcall.folder + "/state/rollcall.db" }
    }

    static let people = """
        1,jo@example.com,info@example.com,Jo,,
        2,ann@example.com,,Ann,,
        3,team@example.com,,Team,list,jo@example.com;ann@example.com
        4,jörg@example.com,,Jörg,,

        """

    @Test("synced 250, unknown 550, and each way an address can be written")
    func recipients() throws {
        var setting = try Setting(Self.people)
        try setting.sync()
        try setting.set("enforce=on")
        try setting.rollcall.run("domain", "alias", "example.com", "example.org")
        try setting.start()
        let postfix = try setting.postfix()
        for known in [
            "jo@example.com", "JO@Example.COM", "info@example.com", "team@example.com", "jo+shop@example.com",
            "jo@example.org", "postmaster@example.com", "abuse@example.com", "\"jo\"@example.com",
        ] { #expect(try postfix.code(known) == "250", "\(known)") }
        for unknown in ["nobody@example.com", "nobody@example.org", "\"john doe\"@example.com", "jo@sub.example.com"] {
            #expect(try postfix.answer(unknown).hasPrefix("550 5.1.1"), "\(unknown)")
        }
        #expect(try postfix.code("jo@elsewhere.test") == "554")
        // Postfix folds the case of all letters before it asks.
        #expect(try postfix.code("jörg@example.com", utf8: true) == "250")
        #expect(try postfix.code("JÖRG@example.com", utf8: true) == "250")
        #expect(try postfix.code("jürg@example.com", utf8: true) == "550")
        // What people are told is what Postfix is told.
        for (address, smtp) in [("jo@example.com", "250"), ("nobody@example.com", "550")] {
            let check = try setting.rollcall.json("gateway", "check", address)
            #expect(check.exitCode == 0 && check.text("smtp") == smtp)
        }
    }

    @Test("with enforcement off all of the domain is accepted, and what would have been refused is counted")
    func unenforced() throws {
        var setting = try Setting(Self.people)
        // Never synced, either.
        try setting.start()
        let postfix = try setting.postfix()
        #expect(try postfix.code("nobody@example.com") == "250")
        try setting.sync()
        // Asked in a way that is not counted.
        let rollcall = setting.rollcall
        try Shell.wait(seconds: 5, for: "the first edition") {
            (try? rollcall.json("gateway", "check", "jo@example.com").text("data")) == "user"
        }
        for _ in 0..<3 { #expect(try postfix.code("nobody@example.com") == "250") }
        #expect(try postfix.code("jo@example.com") == "250")
        Shell.stop(try #require(setting.service).process)
        let domain = try setting.rollcall.json("domain", "show", "example.com")
        #expect(domain.number("wouldBeRefused", "week") == 4)
        // Lookups stand beside what a plan would delete.
        try setting.write("2,ann@example.com,,Ann,,\n")
        let preview = try setting.rollcall.json("sync", "preview", "example.com")
        let run = try setting.rollcall.json("run", "show", try #require(preview.text("id")), "--operations")
        let deletes = (run.json["operations"] as? [[String: Any]] ?? []).filter { $0["op"] as? String == "delete" }
        #expect(deletes.first { $0["address"] as? String == "jo@example.com" }?["lookups"] as? Int == 1)
        #expect(deletes.first { $0["address"] as? String == "info@example.com" }?["lookups"] as? Int == 0)
    }

    @Test("a new edition, applied by another process, is answered within two seconds; grace is 4xx and after it 550")
    func editions() throws {
        var setting = try Setting(Self.people, deleted: "grace:1")
        try setting.sync()
        try setting.set("enforce=on")
        try setting.start()
        let postfix = try setting.postfix()
        #expect(try postfix.code("new@example.com") == "550")
        #expect(try postfix.code("ann@example.com") == "250")
        try setting.write("1,jo@example.com,info@example.com,Jo,,\n5,new@example.com,,New,,\n")
        try setting.sync()
        try Shell.wait(seconds: 2, for: "the new edition") { (try? postfix.code("new@example.com")) == "250" }
        #expect(try postfix.answer("ann@example.com").hasPrefix("451"))
        #expect(try postfix.code("jo@example.com") == "250")
        // A day later: the ends that the store has are put in the past, and a run finds them there.
        try Shell.run([
            "python3", "-c",
            """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1])
            db.execute("UPDATE entries SET until = 1000, grace = x'EA0700' WHERE state = 1")
            db.commit()
            """, setting.database,
        ])
        try setting.sync()
        try Shell.wait(seconds: 2, for: "the end of grace") { (try? postfix.code("ann@example.com")) == "550" }
        withExtendedLifetime(setting) {}
    }

    @Test("aliases and lists are rewritten where asked for, and mail goes to the inbound server that transport names")
    func delivery() throws {
        var setting = try Setting(Self.people)
        try setting.sync()
        try setting.set("enforce=on", "expand_lists=on")
        try setting.start()
        let postfix = try setting.postfix(
            """
            transport_maps = \(setting.map("transport"))
            virtual_alias_maps = \(setting.map("aliases"))
            virtual_alias_domains =
            """, wantsSink: true)
        // Two inbound servers: nobody listens at the preferred one.
        let dead = Shell.freePort()
        try setting.rollcall.run(
            "domain", "inbound", "example.com", "--server", "127.0.0.1:\(dead)/5", "--server",
            "127.0.0.1:\(postfix.sinkPort)/10")
        try Shell.wait(seconds: 2, for: "the inbound servers") {
            (try? Shell.run(["postmap", "-q", "example.com", setting.map("transport")]))
                == "smtp:[127.0.0.1]:\(dead), [127.0.0.1]:\(postfix.sinkPort)\n"
        }
        for (recipient, delivered) in [
            ("jo@example.com", ["jo@example.com"]), ("info@example.com", ["jo@example.com"]),
            ("info+x@example.com", ["jo+x@example.com"]),
            ("team@example.com", ["ann@example.com", "jo@example.com"]),
        ] {
            let subject = "to-\(recipient)"
            #expect(try postfix.send(recipient, subject: subject) == "250")
            #expect(postfix.delivered(subject: subject) == delivered, "\(postfix.log.suffix(1500))")
        }
        #expect(try postfix.code("nobody@example.com") == "550")
        // Without the switch a list goes to the mail server as it is.
        try setting.set("expand_lists=off")
        try Shell.wait(seconds: 2, for: "the switch") {
            (try? Shell.run(["postmap", "-q", "team@example.com", setting.map("aliases")])) == nil
        }
        #expect(try postfix.send("team@example.com", subject: "whole") == "250")
        #expect(postfix.delivered(subject: "whole") == ["team@example.com"])
    }

    @Test("store gone, locked or garbled, and the service stopped or killed: try later, never refused")
    func outages() throws {
        var setting = try Setting(Self.people)
        try setting.sync()
        try setting.set("enforce=on")
        // The export first, the socket second: what is known is accepted whatever happens.
        let table = setting.rollcall.folder + "/recipients"
        try setting.rollcall.run("book", "export", "example.com", "--format", "lmdb", "--to", table + ".lmdb")
        chmod(setting.rollcall.folder, 0o755)
        chmod(table + ".lmdb", 0o644)
        try setting.start()
        let plain = try setting.postfix()
        let both = try setting.postfix(recipients: "lmdb:\(table), \(setting.map("recipients"))")
        func expect(known: String, unknown: String, _ when: String) throws {
            #expect(try plain.code("jo@example.com") == known, "\(when)")
            #expect(try plain.code("nobody@example.com") == unknown, "\(when)")
            #expect(try both.code("jo@example.com") == "250", "\(when)")
            #expect(try both.code("nobody@example.com") == unknown, "\(when)")
            #expect(try both.code("jo@elsewhere.test") == "554", "\(when)")
        }
        try expect(known: "250", unknown: "550", "all is well")
        // Gone.
        let away = setting.rollcall.folder + "/away"
        try FileManager.default.moveItem(atPath: setting.rollcall.folder + "/state", toPath: away)
        usleep(500_000)
        try expect(known: "250", unknown: "451", "the store is gone")
        #expect(try setting.rollcall.json("gateway", "check", "nobody@example.com").text("smtp") == "451")
        // A new start without a store: from the snapshot.
        Shell.stop(try #require(setting.service).process)
        try expect(known: "451", unknown: "451", "the service is stopped")
        try FileManager.default.createDirectory(
            atPath: setting.rollcall.folder + "/state", withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            atPath: away + "/rollcall.db-gateway", toPath: setting.rollcall.folder + "/state/rollcall.db-gateway")
        try setting.start()
        try expect(known: "250", unknown: "451", "there is only the snapshot")
        let serve = try setting.rollcall.run("serve")
        #expect(serve.exitCode == 78 && serve.errors.contains("shows that there was one"))
        // Garbled.
        try FileManager.default.removeItem(atPath: setting.rollcall.folder + "/state")
        try FileManager.default.moveItem(atPath: away, toPath: setting.rollcall.folder + "/state")
        try Shell.wait(seconds: 5, for: "the store") { (try? plain.code("nobody@example.com")) == "550" }
        let good = try Data(contentsOf: URL(filePath: setting.database))
        try Data("this is no store".utf8).write(to: URL(filePath: setting.database))
        usleep(1_500_000)
        try expect(known: "250", unknown: "451", "the store is garbled")
        try FileManager.default.removeItem(atPath: setting.database)
        for side in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: setting.database + side) }
        try good.write(to: URL(filePath: setting.database))
        try Shell.wait(seconds: 5, for: "the store") { (try? plain.code("nobody@example.com")) == "550" }
        // Locked by somebody who does not let go.
        let lock = try Running(
            "/usr/bin/python3",
            [
                "-c",
                """
                import sqlite3, sys, time
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute("BEGIN EXCLUSIVE")
                db.execute("UPDATE domains SET edition = edition + 1")
                print("locked", flush=True)
                time.sleep(60)
                """, setting.database,
            ], environment: [:], input: "", setting.rollcall.fixture)
        usleep(1_500_000)
        #expect(lock.process.isRunning)
        try expect(known: "250", unknown: "451", "the store is locked")
        #expect(try setting.rollcall.json("gateway", "check", "nobody@example.com").text("smtp") == "451")
        Shell.stop(lock.process)
        try Shell.wait(seconds: 5, for: "the lock to go") { (try? plain.code("nobody@example.com")) == "550" }
        // Killed in the middle.
        kill(try #require(setting.service).process.processIdentifier, SIGKILL)
        setting.service?.process.waitUntilExit()
        try expect(known: "451", unknown: "451", "the service is killed")
        try setting.start()
        try Shell.wait(seconds: 5, for: "the store") { (try? plain.code("nobody@example.com")) == "550" }
        try expect(known: "250", unknown: "550", "it is there again")
    }

    @Test("a chrooted Postfix asks over a socket in its queue directory that its group may use")
    func chrooted() throws {
        var setting = try Setting(Self.people)
        try setting.sync()
        try setting.set("enforce=on")
        let postfix = try setting.postfix(recipients: "socketmap:unix:rollcall/map.sock:recipients", isChrooted: true)
        #expect(try postfix.code("jo@example.com") == "451")
        let folder = postfix.folder + "/queue/rollcall"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Shell.run(["chgrp", "postfix", folder])
        try Shell.run(["chmod", "2750", folder])
        try setting.rollcall.configure(
            "gateway: { socketmap: [\"127.0.0.1:\(setting.port)\", \"unix:\(folder)/map.sock\"] }")
        try setting.start()
        #expect(try postfix.code("jo@example.com") == "250")
        #expect(try postfix.code("nobody@example.com") == "550")
    }

    @Test("the recipe that is printed is one that Postfix takes as it is")
    func recipe() throws {
        var setting = try Setting(Self.people)
        try setting.sync()
        try setting.set("enforce=on")
        try setting.start()
        let recipe = try setting.rollcall.json("gateway", "postfix")
        let postfix = try Postfix(setting.rollcall.fixture, try #require(recipe.text("text")))
        #expect(try postfix.code("jo@example.com") == "250")
        #expect(try postfix.code("nobody@example.com") == "550")
        let warnings = try Shell.run(["postconf", "-c", postfix.folder + "/conf", "-n"])
        #expect(!warnings.contains("warning"), "\(warnings)")
    }
}
