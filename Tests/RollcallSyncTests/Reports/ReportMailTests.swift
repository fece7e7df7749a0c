import Foundation
import RollcallCore
import RollcallStore
import TestSupport
import Testing

@testable import RollcallSync

@Suite("Reports by mail")
struct ReportMailTests {
    @Test("an applied, unchanged, failed, recovered and held run arrive, each in words, as HTML and with its table")
    func outcomes() throws {
        let reports = try ReportFixture()
        let world = reports.world
        try world.people(0..<20)
        #expect(try world.sync(full: true).outcome == .applied)
        let applied = try #require(try reports.sent().first)
        #expect(applied.subject == "Rollcall: example.com/script applied: accounts +20")
        #expect(applied.to == ["ops@example.net"] && applied.from == "<rollcall@example.org>")
        #expect(
            applied.structure == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/csv"])
        #expect(applied.defects.isEmpty && applied.longest <= 998 && applied.bare == 0)
        #expect(applied.header("Auto-Submitted") == "auto-generated")
        #expect(applied.header("From") == "Rollcall <rollcall@example.org>")
        #expect(applied.header("Date") == "Fri, 15 Jan 2027 08:00:01 +0000")
        // Bytes: CR LF is one Character.
        let table = applied.text("text/csv").utf8.split { $0 == 0x0A || $0 == 0x0D }.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(table.count == 21)
        #expect(table.dropFirst().first?.hasPrefix("\"add\",\"account\",\"u0@example.com\"") == true)

        #expect(try world.sync(full: true).outcome == .unchanged)
        let unchanged = try #require(try reports.sent().first)
        #expect(unchanged.subject == "Rollcall: example.com/script unchanged: 20 objects read")
        #expect(unchanged.structure == ["multipart/alternative", "text/plain", "text/html"])

        try reports.fail()
        #expect(try world.sync(full: true).outcome == .failed)
        let failed = try #require(try reports.sent().first)
        #expect(failed.subject == "Rollcall: example.com/script failed: the directory is unavailable")
        #expect(failed.text("text/plain").contains("The directory is away."))
        #expect(failed.text("text/plain").contains("unavailable"))

        try world.people(0..<21)
        #expect(try world.sync(full: true).outcome == .applied)
        let recovered = try #require(try reports.sent().first)
        #expect(recovered.subject == "Rollcall: example.com/script recovered: applied: accounts +1")

        try world.people(0..<5)
        let run = try world.sync(full: true)
        #expect(run.outcome == .held)
        let held = try #require(try reports.sent().first)
        #expect(held.subject == "Rollcall: example.com/script held: 16 account deletes, limit 5")
        for text in [held.text("text/plain"), held.text("text/html")] {
            #expect(text.contains("https://rollcall.example.org/runs/\(run.id)"))
            #expect(text.contains("rollcall sync approve \(run.id)"))
        }
        #expect(held.text("text/csv").contains("\"delete\",\"account\",\"u5@example.com\""))

        _ = try world.service.approve(run: run.id, by: "anna")
        let approved = try #require(try reports.sent().first)
        #expect(approved.text("text/plain").contains("approved by anna"))
        #expect(approved.header("Message-ID") != held.header("Message-ID"))
        #expect(try reports.sent().isEmpty)
        #expect(try reports.queue().allSatisfy { $0.state == .sent })
    }

    @Test(
        "who hears of what, by setting",
        arguments: [
            ("every", "applied unchanged unchanged failed failed failed applied unchanged held held"),
            ("changes", "applied failed applied held"), ("problems", "failed applied held"),
        ])
    func choice(on: String, wanted: String) throws {
        let reports = try ReportFixture(on: on)
        let world = reports.world
        func run(_ times: Int = 1) throws { for _ in 0..<times { try world.sync(full: true) } }
        try world.people(0..<20)
        try run(3)
        try reports.fail()
        try run(3)
        try world.people(0..<21)
        try run(2)
        try world.people(0..<5)
        try run(2)
        let told = try reports.queue().map { String($0.event.split(separator: ":")[2]) }
        #expect(told.joined(separator: " ") == wanted)
    }

    @Test(
        "a source that fails every hour is told at once, once a day, when its trouble becomes another, and at its end")
    func noFlood() throws {
        let reports = try ReportFixture(on: "problems")
        let world = reports.world
        try reports.fail()
        for _ in 0..<72 {
            try world.sync(full: true)
            world.clock.advance(3600)
        }
        #expect(try reports.queue().count == 3)
        try reports.fail(3, "The form is wrong.")
        try world.sync(full: true)
        #expect(try reports.queue().count == 4)
        try world.people(0..<5)
        try world.sync(full: true)
        let mails = try reports.sent()
        #expect(mails.count == 5)
        #expect(mails.last?.subject.contains("recovered: applied") == true)
    }

    @Test("previews, cancelled runs and sources that tell nobody put nothing into the queue")
    func silent() throws {
        let reports = try ReportFixture()
        let world = reports.world
        try world.people(0..<5)
        try world.sync(.preview)
        try world.set("notify.enabled", "off")
        try world.sync()
        #expect(try reports.queue().isEmpty)
        try world.set("notify.enabled", "on")
        try world.set("notify.recipients", "")
        try world.sync()
        #expect(try reports.queue().isEmpty)
    }

    @Test("what a directory says is told as text: no markup, no formula, no other header")
    func hostile() throws {
        let reports = try ReportFixture()
        let world = reports.world
        let names = [
            "=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "＝1+1", "<script>attack()</script>", "\" onload=x \"\u{301}",
            "a\u{202E}gnp", "=\u{301}1",
        ]
        let lines = names.enumerated().map { "put\tuser\tid\($0)\tmail=u\($0)@example.com\tdisplayName=\($1)" }
        try world.fixture.file(
            "\(world.folder)/script/full", (lines + ["checkpoint\ts"]).joined(separator: "\n") + "\n")
        #expect(try world.sync().outcome == .applied)
        let mail = try #require(try reports.sent().first)
        for cell in try Self.cells(mail.text("text/csv")) {
            let first = cell.unicodeScalars.first.map(String.init) ?? ""
            #expect(!["=", "+", "-", "@", "\t", "\r", "＝"].contains(first), "\(cell)")
        }
        try reports.fail(6, "<script>attack()</script>\u{202E}gnp \"\u{301} onload=x Bcc: evil@example.net")
        try world.sync(full: true)
        let failed = try #require(try reports.sent().first)
        let html = failed.text("text/html")
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;") && !html.contains("\u{202E}"))
        #expect(!failed.text("text/plain").contains("\u{202E}"))
    }

    private static func cells(_ csv: String) throws -> [String] {
        var cells: [String] = []
        var cell = String.UnicodeScalarView()
        var isIn = false
        for scalar in csv.unicodeScalars {
            if scalar == "\"" {
                isIn.toggle()
                if !isIn {
                    cells.append(String(cell))
                    cell = .init()
                }
            } else if isIn {
                cell.append(scalar)
            }
        }
        return cells
    }

    static let injections: [String] = ["\r\n", "\n", "\r", "\u{0}", "\u{85}", "\u{2028}", "\u{0B}", "\u{202E}"].flatMap
    {
        [
            "x\($0)Bcc: evil@example.net", "x\($0)\u{301}Bcc: evil@example.net", "\($0)\($0)<html>",
            "é\($0)Subject: evil",
            "=?UTF-8?Q?=0D=0ABcc:_evil@example.net?=\($0)",
        ]
    }

    @Test("no field of an event begins another header, or another part")
    func injection() throws {
        let sink = try MailSink()
        let settings = try ReportFixture.settings(sink)
        let from = try ReportFixture.address("rollcall@example.org")
        for text in Self.injections {
            let message = MailMessage(
                ReportText(Self.event(text), baseURL: "https://rollcall.example.org"), event: Self.event(text),
                from: from,
                to: [try ReportFixture.address("ops@example.net")], attachment: nil, note: nil)
            let sender = SMTPSender(
                settings: settings, host: "127.0.0.1", port: sink.smtp, isEncrypted: false, seconds: 20)
            #expect(sender.send(message).flaw == nil)
            let mail = try #require(try sink.mails().last)
            #expect(
                mail.headers.map { $0[0] } == [
                    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
                ], "\(text.debugDescription)")
            #expect(mail.structure == ["multipart/alternative", "text/plain", "text/html"] && mail.defects.isEmpty)
            #expect(!mail.subject.utf8.contains { $0 < 0x20 } && mail.to == ["ops@example.net"])
            #expect(mail.longest <= 78 && mail.bare == 0)
        }
    }

    private static func event(_ text: String) -> ReportEvent {
        var event = ReportEvent(.failed, id: text, at: Timestamp(seconds: 1_800_000_000), domain: text, source: text)
        var run = RunSummary(
            id: text, domain: text, source: text, connector: text, version: text, kind: .sync, mode: .full,
            startedBy: text, startedAt: event.at, edition: 1)
        run.outcome = .failed
        run.problem = Problem(.failed, field: text, text: text, detail: text)
        run.warnings = [text]
        event.run = run
        return event
    }
}
