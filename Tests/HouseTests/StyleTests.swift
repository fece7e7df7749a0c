import Testing

/// What the house promises of its own text.
struct StyleTests {
    @Test("no file is past 600 lines")
    func length() throws {
        for file in try Repository.swiftFiles("Sources", "Plugins", "Tests") {
            #expect(file.lines.count <= 601, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test(
        "nothing shipped traps on purpose, or is left to do",
        arguments: ["try!", "fatalError(", "TODO", "FIXME", " as! "])
    func words(word: String) throws {
        for file in try Repository.swiftFiles("Sources", "Plugins") {
            for (number, line) in file.lines.enumerated() {
                #expect(!line.contains(word), "\(file.path):\(number + 1) says \(word)")
            }
        }
    }

    @Test("each file of the host opens with what it is for")
    func opening() throws {
        for file in try Repository.swiftFiles("Sources") {
            let opens = file.text.contains("///")
            #expect(opens, "\(file.path) does not say why it exists")
        }
    }

    @Test("the binary is @main and nothing else")
    func main() throws {
        let files = try Repository.swiftFiles("Sources/rollcall")
        #expect(files.count == 1)
        #expect(files.allSatisfy { $0.lines.count < 15 })
    }
}
