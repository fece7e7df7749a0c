import DirectoryServers
import Foundation
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallSync

@Suite("Getting reports through")
struct DeliveryTests {
    @Test(
        "a mail server that is away for a day costs nothing: afterwards one mail an event, from however many processes")
    func outage() throws {
        let reports = try ReportFixture()
        let world = reports.world
        try reports.sink.mode("down")
        let second = ReportFixture.notifier(world.service, try ReportFixture.settings(reports.sink))
        for hour in 0..<24 {
            try world.people(0..<(10 + hour))
            #expect(try world.sync(full: true).outcome == .applied)
            for _ in 0..<4 {
                try reports.notifier.round(.mail)
                try second.round(.mail)
                world.clock.advance(900)
            }
        }
        #expect(try reports.queue().allSatisfy { $0.state == .queued })
        #expect(try reports.sent().isEmpty)
        try reports.sink.mode("ok")
        world.clock.advance(3600)
        let (service, settings) = (world.service, try ReportFixture.settings(reports.sink))
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            _ = try? ReportFixture.notifier(service, settings).round(.mail)
        }
        let mails = try reports.sink.mails()
        #expect(mails.count == 24)
        #expect(Set(mails.compactMap { $0.header("Message-ID") }).count == 24)
        #expect(try reports.queue().allSatisfy { $0.state == .sent })
        #expect(try reports.sent().isEmpty)
    }

    @Test("after two days a report is given up, and status says so until one gets through again")
    func givenUp() throws {
        let reports = try ReportFixture()
        let world = reports.world
        try reports.sink.mode("down")
        try world.people(0..<5)
        try world.sync()
        for _ in 0..<50 {
            try reports.notifier.round(.mail)
            world.clock.advance(3600)
        }
        let row = try #require(try reports.queue().first)
        #expect(row.state == .expired && row.tries > 40)
        #expect(try reports.attention().contains { $0.hasPrefix("A report did not reach everybody (expired)") })
        try reports.sink.mode("ok")
        try world.sync(full: true)
        #expect(try reports.sent().count == 1)
        #expect(try reports.attention().isEmpty)
    }

    @Test("of several recipients each has a fate of its own")
    func partly() throws {
        let reports = try ReportFixture(people: "a@example.net, b@example.net, c@example.net")
        let world = reports.world
        try reports.sink.refuse(["b@example.net": 550, "c@example.net": 451])
        try world.people(0..<5)
        try world.sync()
        #expect(try reports.sent().map(\.to) == [["a@example.net"]])
        #expect(try reports.queue().first?.recipients == ["c@example.net"])
        try reports.sink.refuse(["b@example.net": 550])
        world.clock.advance(61)
        #expect(try reports.sent().map(\.to) == [["c@example.net"]])
        world.clock.advance(7200)
        #expect(try reports.sent().isEmpty)
        try reports.sink.refuse(["a@example.net": 550, "b@example.net": 550, "c@example.net": 553])
        try world.sync(full: true)
        #expect(try reports.sent().isEmpty)
        #expect(try reports.queue().last?.state == .refused)
        #expect(try reports.attention().contains { $0.contains("550 not here, a@example.net") })
    }

    @Test(
        "a server that hangs, floods, says nonsense or is busy holds nobody up, and gets the report later",
        arguments: ["hang", "garbage", "flood", "busy"])
    func bad(mode: String) throws {
        let reports = try ReportFixture()
        let world = reports.world
        try reports.sink.mode(mode)
        try world.people(0..<5)
        #expect(try world.sync().outcome == .applied)
        let begun = Date()
        try reports.notifier.round(.mail, seconds: 2)
        #expect(Date().timeIntervalSince(begun) < 15)
        let row = try #require(try reports.queue().first)
        #expect(row.state == .queued && row.flaw != nil)
        try reports.sink.mode("ok")
        world.clock.advance(61)
        #expect(try reports.sent().count == 1)
    }

    @Test("a message that the server refuses for good is not tried again")
    func tooLarge() throws {
        let reports = try ReportFixture()
        try reports.sink.mode("size")
        try reports.world.people(0..<5)
        try reports.world.sync()
        try reports.notifier.round(.mail)
        let row = try #require(try reports.queue().first)
        #expect(row.state == .refused && row.flaw?.contains("552") == true)
    }

    // MARK: Encryption and sign-in

    private static let password = "correct horse battery"

    @Test("STARTTLS with an authority of one's own and a sign-in: the password only ever goes over it")
    func startTLS() throws {
        let fixture = Fixture()
        let authority = try TestAuthority(fixture)
        let pair = try authority.certificate("mail", for: ["IP:127.0.0.1"])
        let sink = try MailSink([
            "--certificate", pair.certificate, "--key", pair.key, "--user", "rollcall", "--password", Self.password,
        ])
        var settings = try ReportFixture.settings(sink)
        settings.authorityFile = authority.authority
        settings.user = "rollcall"
        settings.password = Self.password
        let good = try ReportFixture(sink: sink, mail: settings)
        try good.world.people(0..<5)
        try good.world.sync()
        #expect(try good.sent().map(\.tls) == [true])
        #expect(sink.signIns == [true])

        settings.password = "a wrong password"
        let wrong = try ReportFixture(sink: sink, mail: settings)
        try wrong.world.people(0..<5)
        try wrong.world.sync()
        #expect(try wrong.sent().isEmpty)
        let flaw = try #require(try wrong.queue().first?.flaw)
        #expect(flaw.contains("refuses the sign-in: 535") && !flaw.contains("a wrong password"))
        #expect(try wrong.queue().first?.state == .queued)
        #expect(sink.signIns.allSatisfy { $0 })
    }

    @Test(
        "a certificate that is not good, or encryption that is offered and then refused, and nothing is sent",
        arguments: [
            "stranger", "expired", "otherName", "refused", "none",
        ])
    func badTLS(flaw: String) throws {
        let fixture = Fixture()
        let authority = try TestAuthority(fixture)
        let pair =
            switch flaw {
            case "stranger": try authority.selfSigned("mail")
            case "expired": try authority.certificate("mail", for: ["IP:127.0.0.1"], from: -20, until: -10)
            case "otherName": try authority.certificate("mail", for: ["DNS:other.example"])
            default: try authority.certificate("mail", for: ["IP:127.0.0.1"])
            }
        let isPlain = flaw == "refused" || flaw == "none"
        let sink = try MailSink(isPlain ? [] : ["--certificate", pair.certificate, "--key", pair.key])
        if flaw == "refused" { try sink.mode("notls") }
        var settings = try ReportFixture.settings(sink)
        if flaw == "refused" {
            // Not this machine by its name, so that encryption is wanted where it is offered.
            settings.server = .smtp(host: "[::ffff:127.0.0.1]", port: sink.smtp, isEncrypted: false)
        } else {
            settings.authorityFile = authority.authority
        }
        let reports = try ReportFixture(sink: sink, mail: settings)
        try reports.world.people(0..<5)
        try reports.world.sync()
        #expect(try reports.sent().isEmpty)
        let row = try #require(try reports.queue().first)
        #expect(row.state == .queued && row.flaw != nil)
    }

    // MARK: A program

    @Test(
        "a program that takes mail gets it on its standard input, and its exit code is its answer",
        arguments: [
            (0, QueuedReport.State.sent), (75, .queued), (67, .refused), (1, .queued), (99, .queued),
        ])
    func sendmail(code: Int, state: QueuedReport.State) throws {
        let fixture = Fixture()
        let folder = try fixture.temporaryDirectory()
        let program = try fixture.file(
            "\(folder)/sendmail",
            "#!/bin/sh\ncat > \(folder)/mail\necho \"$@\" > \(folder)/words\nenv > \(folder)/env\n"
                + (code == 99 ? "sleep 60\n" : "exit \(code)\n"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let sink = try MailSink()
        var settings = try ReportFixture.settings(sink)
        settings.server = .sendmail(path: program)
        let reports = try ReportFixture(sink: sink, mail: settings, people: "a@example.net, b@example.net")
        try reports.world.people(0..<5)
        try reports.world.sync()
        let begun = Date()
        try reports.notifier.round(.mail, seconds: code == 99 ? 2 : 20)
        #expect(Date().timeIntervalSince(begun) < 20)
        #expect(try reports.queue().first?.state == state)
        let words = try String(contentsOfFile: "\(folder)/words", encoding: .utf8)
        #expect(words == "-i -f rollcall@example.org -- a@example.net b@example.net\n")
        let mail = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/mail"))
        #expect(mail.starts(with: Array("From: Rollcall".utf8)) && !mail.contains(0x0D))
    }

    @Test(
        "where mail goes is read strictly",
        arguments: [
            ("smtp://localhost:25", true), ("smtps://mail.example.com", true), ("smtp://[::1]:2525", true),
            ("sendmail:/usr/sbin/sendmail", true), ("sendmail:sendmail", false), ("smtp://", false),
            ("smtp://a b", false), ("smtp://user@host", false), ("smtp://host:0", false), ("smtp://host/path", false),
            ("http://host", false), ("smtp://host\r\nQUIT", false),
        ])
    func server(text: String, isGood: Bool) { #expect((MailServer(text) != nil) == isGood) }
}
