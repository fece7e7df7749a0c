import RollcallConnectors
import Testing

@Suite("words of a worker")
struct ReadableTests {
    @Test("long lines are cut at a character, control characters become blanks")
    func readable() {
        let long = Incoming.readable(Array(String(repeating: "ü", count: 3000).utf8))
        #expect(long == String(repeating: "ü", count: 2048))
        #expect(Incoming.readable(Array("a\u{1B}[31mb\r\n\u{9B}".utf8)) == "a [31mb   ")
    }
}
