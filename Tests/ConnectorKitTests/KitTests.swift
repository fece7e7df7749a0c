import ConnectorKit
import ConnectorTesting
import Testing

struct KitTests {
    @Test("settings and arguments are copied and typed")
    func pairs() throws {
        let opened = try Opened(SampleConnector.self, ["list": "a", "number": "7", "on": "false"])
        #expect(opened.call("check", [("field", "é")]) == .ok)
        #expect(
            opened.host.answers == [
                "names": "list,number,on", "list": "a", "number": "7", "on": "false", "argument": "é",
            ])
    }

    @Test("an instance that does not open says why")
    func refused() {
        let host = TestHost()
        #expect(throws: Stop.self) { try Opened(SampleConnector.self, ["refuse": "open"], host) }
        #expect(host.problems == [.init(field: "refuse", text: "Not with me.", detail: "d")])
    }

    @Test(
        "what a call throws arrives as its status, with a sentence",
        arguments: [
            ("deny", Status.denied, "Not allowed."), ("consent", .needConsent, "Sign in again."),
            ("nonsense", .unsupported, ""),
        ])
    func statuses(method: String, status: Status, text: String) throws {
        let opened = try Opened(SampleConnector.self, [:])
        #expect(opened.call(method) == status)
        #expect(opened.host.problems.map(\.text) == (text.isEmpty ? [] : [text]))
    }

    @Test("records arrive in order and whole", arguments: [0, 1, 3, 511, 512, 513, 5000])
    func records(count: Int) throws {
        let opened = try Opened(SampleConnector.self, ["count": String(count), "aliases": "11"])
        #expect(opened.full() == .ok)
        #expect(opened.host.records.count == count + 2)
        for (number, record) in opened.host.records.dropLast(2).enumerated() {
            #expect(record.id == "u\(number)")
            #expect(record.attributes.first == ["mail", "u\(number)@x"])
            #expect(record.attributes.count == 12)
        }
        #expect(opened.host.text.suffix(2) == ["op3 user gone", "membership g < u0"])
        #expect(opened.host.states == [[1, 2, 3]])
    }

    @Test("large values pass whole", arguments: [16 << 10, 64 << 10, 300_000])
    func large(size: Int) throws {
        let opened = try Opened(SampleConnector.self, ["count": "20", "size": String(size)])
        #expect(opened.full() == .ok)
        #expect(opened.host.records.prefix(20).allSatisfy { $0.attributes.last?.last?.utf8.count == size })
    }

    @Test("what the host answers to emit ends the sync", arguments: [Status.cancelled, .failed, .unavailable])
    func emitStops(answer: Status) throws {
        let opened = try Opened(SampleConnector.self, ["count": "5000"])
        opened.host.emitAnswer = { $0 == 2 ? answer : .ok }
        #expect(opened.full() == answer)
        #expect(opened.host.states.isEmpty)
        #expect(opened.host.problems.isEmpty)
    }

    @Test("a delta gets its state, and refuses a foreign one")
    func delta() throws {
        let opened = try Opened(SampleConnector.self, [:])
        #expect(opened.delta([1, 2, 3]) == .ok)
        #expect(opened.delta([9]) == .needFull)
    }

    @Test("save, wait and permits reach the host")
    func host() throws {
        let opened = try Opened(SampleConnector.self, [:])
        opened.host.forbidden = ["169.254.169.254"]
        #expect(opened.call("save") == .ok)
        #expect(opened.call("wait") == .ok)
        #expect(opened.call("permits", [("address", "169.254.169.254")]) == .ok)
        #expect(opened.host.saved == ["token": "new"])
        #expect(opened.host.waits == [1500])
        #expect(opened.host.answers == ["may": "false"])
    }

    @Test("instances are closed")
    func closed() throws {
        for _ in 0..<100 { _ = try Opened(SampleConnector.self, [:]) }
    }
}
