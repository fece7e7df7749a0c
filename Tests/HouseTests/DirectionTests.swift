import Testing

/// The dependency direction: `Core <- Store, Connectors <- Sync <- Gateway, Web, Commands <- rollcall`, and
/// `CRollcall <- ConnectorKit <- Plugins`. SwiftPM forbids cycles; this forbids short cuts.
struct DirectionTests {
    /// What a module may import of the house and of others. Anything of `everywhere` is free.
    static let allowed: [String: Set<String>] = [
        "RollcallCore": ["CIDN2", "CHash"],
        "RollcallStore": ["RollcallCore", "GRDB", "GRDBSQLite", "Crypto"],
        "RollcallConnectors": ["RollcallCore", "CRollcall", "CHostSystem", "Crypto", "Logging"],
        "RollcallSync": [
            "CCurl", "CHash", "CHostSystem", "RollcallCore", "RollcallStore", "RollcallConnectors", "Crypto", "Logging",
        ],
        "RollcallGateway": [
            "CCurl", "CHash", "CHostSystem", "CLMDB", "RollcallCore", "RollcallStore", "RollcallSync", "Crypto",
            "Logging",
        ],
        "RollcallWeb": [
            "RollcallCore", "RollcallStore", "RollcallConnectors", "RollcallSync", "RollcallGateway", "Crypto",
            "CryptoExtras",
            "HTTPTypes",
            "Hummingbird", "HummingbirdCore", "Logging", "NIOCore", "ServiceLifecycle",
        ],
        "RollcallCommands": [
            "RollcallCore", "RollcallStore", "RollcallConnectors", "RollcallSync", "RollcallGateway", "RollcallWeb",
            "ArgumentParser", "Logging", "Yams",
        ],
        "rollcall": ["RollcallCommands"],
        "ConnectorKit": ["CRollcall"],
    ]
    static let everywhere: Set<String> = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch",
    ]

    @Test("each module imports only what stands below it")
    func direction() throws {
        for file in try Repository.swiftFiles("Sources") {
            let module = String(file.path.split(separator: "/")[1])
            let allowed = try #require(Self.allowed[module], "\(module) is not in the table of modules")
            for name in imports(file) where !Self.everywhere.contains(name) {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test("connectors see the connector kit, the header and C, never the host")
    func connectors() throws {
        for file in try Repository.swiftFiles("Plugins") {
            for name in imports(file) {
                #expect(!name.hasPrefix("Rollcall") && name != "GRDB", "\(file.path) imports \(name)")
            }
        }
    }

    @Test("the pure core does no input or output")
    func pureCore() throws {
        for file in try Repository.swiftFiles("Sources/RollcallCore") {
            for word in ["FileManager", "FileHandle", "URLSession", "Process("] {
                #expect(!file.text.contains(word), "\(file.path) uses \(word)")
            }
        }
    }

    private func imports(_ file: Repository.File) -> [String] {
        // At the margin only: templates for other programs stand indented in texts.
        file.lines.filter { !$0.hasPrefix(" ") }.compactMap { line in
            var words = line.split(separator: " ")[...]
            while let word = words.first,
                word.hasPrefix("@") || ["internal", "package", "public", "private"].contains(word)
            {
                words.removeFirst()
            }
            guard words.first == "import", words.count >= 2 else { return nil }
            let name =
                words.count >= 3 && ["func", "struct", "enum", "class", "var"].contains(words[words.startIndex + 1])
                ? words[words.startIndex + 2] : words[words.startIndex + 1]
            return String(name.prefix { $0 != "." })
        }
    }
}
