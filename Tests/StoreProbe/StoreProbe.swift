import Foundation
import RollcallCore
import RollcallStore

/// A process that the store's tests can kill, trace and starve: it writes pairs of rows, one pair a transaction, and
/// says each number only when its transaction is done. On a failure it says what kind, tries once more, and ends with
/// the failure's exit code.
@main
enum StoreProbe {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else { exit(64) }
        // Where a recorder can see what was said, each number over the one before.
        let mark = ProcessInfo.processInfo.environment["PROBE_MARK"].flatMap { path in
            FileManager.default.createFile(atPath: path, contents: nil) ? FileHandle(forWritingAtPath: path) : nil
        }
        var store: Store?
        do {
            let opened = try Store.open(try StoreLocation("sqlite:\(arguments[1])"))
            store = opened
            for number in 1...max(1, count) {
                try write(opened)
                say("done \(number)")
                mark?.write(Data("\(number)".utf8))
            }
            // As the program ends, with the store still open.
            exit(0)
        } catch let error as StoreError {
            say("failed \(error.kind.rawValue)")
            if let store {
                do {
                    try write(store)
                    say("went on")
                } catch {
                    say("refused")
                }
            }
            exit(error.exitCode)
        } catch {
            exit(1)
        }
    }

    /// Out at once, so that a kill does not take back what was said.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }

    private static func write(_ store: Store) throws {
        try store.write { db in
            let now = Timestamp(seconds: 1_790_000_000)
            let number = try Customers.list(db).count
            _ = try Customers.add(db, name: "left \(number)", at: now)
            _ = try Customers.add(db, name: "right \(number)", at: now)
        }
    }
}
