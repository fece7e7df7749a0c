/// The helpers that all other tests stand on, checked once themselves.
import FoundationEssentials
import TestSupport
import Testing

@Suite("test support")
struct FixtureTests {
    @Test("clean-up runs last first, once, also when one of them throws")
    func order() {
        final class Log { var lines: [Int] = [] }
        let log = Log()
        Fixture.run { fixture in
            fixture.defer { log.lines.append(1) }
            fixture.defer { throw CancellationError() }
            fixture.defer { log.lines.append(3) }
            fixture.finish()
        }
        #expect(log.lines == [3, 1])
    }

    @Test("a temporary folder goes with its fixture")
    func folder() throws {
        let path = try Fixture.run { fixture in
            let path = try fixture.temporaryDirectory()
            try fixture.file("\(path)/a", "text")
            #expect(FileManager.default.contents(atPath: "\(path)/a").map(Array.init) == Array("text".utf8))
            return path
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("the generator gives SplitMix64's published numbers")
    func generator() {
        var random = SeededGenerator(seed: 1_234_567)
        #expect(random.next() == 6_457_827_717_110_365_317)
        #expect(random.next() == 3_203_168_211_198_807_973)
        #expect(random.next() == 9_817_491_932_198_370_423)
        #expect((0..<100).allSatisfy { _ in (0..<7).contains(random.below(7)) })
        #expect(random.word(5).utf8.count == 5)
    }
}
