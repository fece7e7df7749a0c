import Foundation
import TestSupport
import Testing

/// What an operator meets: configuration, environment, locks, full disks, signals.
struct OperationTests {
    @Test(
        "a wrong configuration stops every command with exit 78 and its place",
        arguments: [
            ("sync: { concurency: 4 }", ":4:9: Unknown key “sync.concurency”; did you mean concurrency?"),
            ("sync: { concurrency: many }", ":4:22: sync.concurrency is “many”"),
            ("store: sqlite:/other", "The key store is there twice"),
        ])
    func configuration(line: String, says: String) throws {
        let rollcall = try Installation()
        try rollcall.configure(line)
        for words in [["domain", "list"], ["config", "check"]] {
            let result = try rollcall.start(words + ["--json"]).wait()
            #expect(result.exitCode == 78)
            #expect(result.error["class"] as? String == "configuration")
            let message = result.error["message"] as? String ?? ""
            #expect(message.hasPrefix(rollcall.folder + "/etc/rollcall/rollcall.yaml:"), "\(message)")
            #expect(message.contains(says), "\(message)")
        }
        #expect(!FileManager.default.fileExists(atPath: rollcall.folder + "/state/rollcall.db"))
    }

    @Test("the environment overrides the file, and config show says so")
    func environment() throws {
        let rollcall = try Installation()
        rollcall.environment["ROLLCALL_HTTP_LISTEN"] = "127.0.0.1:9999"
        let shown = try rollcall.json("config", "show")
        let settings = try #require(shown["settings"] as? [[String: Any]])
        let listen = settings.first { $0["key"] as? String == "http.listen" }
        #expect(listen?["value"] as? String == "127.0.0.1:9999")
        #expect(listen?["origin"] as? String == "environment")
        #expect(shown.text("prefix") == rollcall.folder)
        rollcall.environment["ROLLCALL_HTTP_LISTEN"] = "nowhere"
        #expect(try rollcall.run("config", "show").exitCode == 78)
    }

    @Test("a store that another program holds is unavailable, with a hint")
    func locked() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 1)
        let script = """
            import sqlite3, sys, time
            db = sqlite3.connect(sys.argv[1]); db.execute("BEGIN EXCLUSIVE"); print("held", flush=True); time.sleep(60)
            """
        let holder = try Running(
            "/usr/bin/env", ["python3", "-c", script, rollcall.folder + "/state/rollcall.db"],
            environment: rollcall.environment, input: "", rollcall.fixture)
        defer { holder.process.terminate() }
        Thread.sleep(forTimeInterval: 1)
        let result = try rollcall.json("customer", "add", "Acme")
        #expect(result.exitCode == 5, "\(result.output)")
        #expect(result.error["class"] as? String == "unavailable")
        #expect(result.error["hint"] is String)
    }

    @Test("a damaged store is found, nothing is made anew over it, and a backup takes its place")
    func damaged() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 5)
        try rollcall.run("sync", "run", "example.com")
        let backup = rollcall.folder + "/backup"
        #expect(try rollcall.json("store", "backup", backup).exitCode == 0)
        #expect(try rollcall.json("store", "check")["ok"] as? Bool == true)
        let path = rollcall.folder + "/state/rollcall.db"
        for side in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + side) }
        try rollcall.fixture.file(path, String(repeating: "x", count: 8192))
        let result = try rollcall.json("domain", "list")
        #expect(result.exitCode == 1 || result.exitCode == 78, "\(result.output)")
        #expect((result.error["message"] as? String)?.isEmpty == false)
        #expect(try rollcall.json("store", "restore", backup).exitCode == 0)
        #expect((try rollcall.json("book", "show", "example.com")["accounts"] as? [Any])?.count == 5)
    }

    @Test("a full disk behind standard output is told")
    func fullOutput() throws {
        let rollcall = try Installation()
        let result = try Running(
            "/bin/sh", ["-c", "exec \"$0\" config show > /dev/full", rollcall.folder + "/bin/rollcall"],
            environment: rollcall.environment, input: "", rollcall.fixture
        ).wait()
        #expect(result.exitCode == 74)
        #expect(result.errors.contains("No space left"))
    }

    @Test("a reader that goes away is no error")
    func closedPipe() throws {
        let rollcall = try Installation()
        let result = try Running(
            "/bin/bash", ["-c", "\"$0\" config show | true; exit ${PIPESTATUS[0]}", rollcall.folder + "/bin/rollcall"],
            environment: rollcall.environment, input: "", rollcall.fixture
        ).wait()
        #expect(result.exitCode == 0)
    }

    @Test("a run that is at work keeps others out, and can be cancelled from elsewhere")
    func busy() throws {
        let rollcall = try Installation()
        try rollcall.domain(people: 3)
        try rollcall.run("sync", "run", "example.com")
        // A server that takes the request and never answers.
        let script = """
            import socket, sys, time
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(8)
            open(sys.argv[1], "w").write(str(s.getsockname()[1])); time.sleep(60)
            """
        let port = rollcall.folder + "/port"
        let server = try Running(
            "/usr/bin/env", ["python3", "-c", script, port], environment: rollcall.environment, input: "",
            rollcall.fixture)
        defer { server.process.terminate() }
        try eventually { FileManager.default.contents(atPath: port)?.isEmpty == false }
        let number = try String(contentsOfFile: port, encoding: .utf8)
        try rollcall.run("source", "set", "example.com", "location=http://127.0.0.1:\(number)/people.csv")

        let first = try rollcall.start(["sync", "run", "example.com", "--json"])
        var id = ""
        try eventually {
            let latest = try rollcall.json("run", "list", "--limit", "1").list.first
            id = latest?["id"] as? String ?? ""
            return latest?["outcome"] as? String == "running"
        }
        let second = try rollcall.json("sync", "run", "example.com")
        #expect(second.exitCode == 6, "\(second.output)")
        #expect(second.error["class"] as? String == "busy")
        #expect(try rollcall.json("sync", "cancel", id).exitCode == 0)
        let ended = try first.wait()
        #expect(ended.text("outcome") == "cancelled", "\(ended.output)\(ended.errors)")
        #expect(ended.exitCode == 1)
        #expect((try rollcall.json("book", "show", "example.com")["accounts"] as? [Any])?.count == 3)
    }

    private func eventually(_ condition: () throws -> Bool) throws {
        for _ in 0..<200 {
            if try condition() { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("It did not come about in ten seconds.")
    }
}

/// A store on a disk that is too small, for those who may mount one.
struct FullDiskTests {
    static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test("a full disk fails the run in one sentence, and the book before it stays", .enabled(if: canMount))
    func fullDisk() throws {
        let rollcall = try Installation()
        let small = try rollcall.people(50, file: "small.csv")
        let large = try rollcall.people(60_000, file: "large.csv")
        let script = """
            mount -t tmpfs -o size=4m none "$1/state"
            r="$1/bin/rollcall"
            $r domain add example.com --type generic && $r source set example.com location=$2 && $r sync run example.com
            $r source set example.com location=$3
            $r sync run example.com --json > "$1/full.json"; echo "full: $?"
            $r book show example.com --json > "$1/book.json"; echo "book: $?"
            """
        let result = try Running(
            "/usr/bin/env", ["unshare", "-m", "sh", "-c", script, "sh", rollcall.folder, small, large],
            environment: rollcall.environment, input: "", rollcall.fixture
        ).wait()
        #expect(result.output.contains("full: 1"), "\(result.output)\(result.errors)")
        #expect(result.output.contains("book: 0"))
        #expect(result.errors.contains("is full"))
        func document(_ name: String) throws -> [String: Any] {
            let data = try Data(contentsOf: URL(filePath: "\(rollcall.folder)/\(name).json"))
            return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        }
        #expect(try document("full")["outcome"] as? String == "failed")
        #expect((try document("book")["accounts"] as? [Any])?.count == 50)
    }
}
