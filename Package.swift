// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target of the house compiles with.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A connector is a shared library with a Swift runtime of its own, one exported symbol, and no way to be unloaded:
/// only C types cross its border. `--static-swift-stdlib` is without effect on a dynamic library, hence the flags. lld,
/// because gold leaves some of Swift's own symbols in the table of the one that is exported.
let connectorLinking: [LinkerSetting] = [
    .unsafeFlags([
        "-static-stdlib", "-use-ld=lld",
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/exports.map",
        "-Xlinker", "--gc-sections",
        "-Xlinker", "-z", "-Xlinker", "nodelete",
    ])
]

/// The host exports nothing, so that what it does not use need not be in it; packed relocations make it start faster.
let hostLinking: [LinkerSetting] = [
    .unsafeFlags([
        "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--no-export-dynamic",
        "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    ])
]

let package = Package(
    name: "rollcall",
    products: [
        .executable(name: "rollcall", targets: ["rollcall"]),
        // Never name a product "ldap" or "curl": its libcurl.so would shadow the system's through $ORIGIN.
        .library(name: "rollcall-generic", type: .dynamic, targets: ["GenericConnector"]),
        .library(name: "rollcall-ldap", type: .dynamic, targets: ["LDAPConnector"]),
        .library(name: "rollcall-o365", type: .dynamic, targets: ["O365Connector"]),
        .library(name: "ConnectorKit", targets: ["ConnectorKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // The contract: the only thing that host and connectors share.
        .target(name: "CRollcall"),

        // Small C at the edges.
        .target(name: "CHostSystem"),
        .target(name: "CHash"),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CLMDB", providers: [.apt(["liblmdb-dev"])]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CSigning", linkerSettings: [.linkedLibrary("crypto")]),

        // The host, from the inside out.
        .target(name: "RollcallCore", dependencies: ["CIDN2", "CHash"], swiftSettings: house),
        .target(
            name: "RollcallStore",
            dependencies: [
                "RollcallCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ], swiftSettings: house),
        .target(
            name: "RollcallConnectors",
            dependencies: [
                "RollcallCore", "CRollcall", "CHostSystem",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],  // What `connector new` writes is the template itself, not a copy of it.
            resources: [.embedInCode("Scaffold/template.c")], swiftSettings: house),
        .target(
            name: "RollcallSync",
            dependencies: [
                "RollcallCore", "RollcallStore", "RollcallConnectors", "CCurl", "CHostSystem",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .target(
            name: "RollcallGateway",
            dependencies: [
                "RollcallCore", "RollcallStore", "RollcallSync", "CHostSystem", "CHash", "CLMDB", "CCurl",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .target(
            name: "RollcallWeb",
            dependencies: [
                "RollcallCore", "RollcallStore", "RollcallConnectors", "RollcallSync", "RollcallGateway",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: house),
        .target(
            name: "RollcallCommands",
            dependencies: [
                "RollcallCore", "RollcallStore", "RollcallConnectors", "RollcallSync", "RollcallGateway",
                "RollcallWeb",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ], swiftSettings: house),
        .executableTarget(
            name: "rollcall", dependencies: ["RollcallCommands"], swiftSettings: house, linkerSettings: hostLinking),

        // For connector authors, and the connectors.
        .target(name: "ConnectorKit", dependencies: ["CRollcall"], swiftSettings: house),
        // A connector is two targets: what it does, which tests can import, and the one symbol.
        .target(
            name: "GenericDirectory", dependencies: ["ConnectorKit", "CCurl", "CHash"],
            path: "Plugins/Generic/Directory", swiftSettings: house),
        .target(
            name: "GenericConnector", dependencies: ["ConnectorKit", "CRollcall", "GenericDirectory"],
            path: "Plugins/Generic/Export", swiftSettings: house, linkerSettings: connectorLinking),
        .target(
            name: "CLDAP", path: "Plugins/LDAP/CLDAP",
            linkerSettings: [.linkedLibrary("ldap"), .linkedLibrary("lber"), .linkedLibrary("resolv")]),
        .target(
            name: "LDAPDirectory", dependencies: ["ConnectorKit", "CLDAP"],
            path: "Plugins/LDAP/Directory", swiftSettings: house),
        .target(
            name: "LDAPConnector", dependencies: ["ConnectorKit", "CRollcall", "LDAPDirectory"],
            path: "Plugins/LDAP/Export", swiftSettings: house, linkerSettings: connectorLinking),
        .target(
            name: "O365Directory", dependencies: ["ConnectorKit", "CCurl", "CHash", "CSigning"],
            path: "Plugins/O365/Directory", swiftSettings: house),
        .target(
            name: "O365Connector", dependencies: ["ConnectorKit", "CRollcall", "O365Directory"],
            path: "Plugins/O365/Export", swiftSettings: house, linkerSettings: connectorLinking),

        // Tests.
        .target(name: "TestSupport", dependencies: ["RollcallCore"], path: "Tests/TestSupport", swiftSettings: house),
        .testTarget(name: "RollcallCoreTests", dependencies: ["RollcallCore", "TestSupport"], swiftSettings: house),
        .executableTarget(
            name: "store-probe", dependencies: ["RollcallStore", "RollcallCore"], path: "Tests/StoreProbe",
            swiftSettings: house),
        .testTarget(
            name: "RollcallStoreTests", dependencies: ["RollcallStore", "TestSupport", "store-probe"],
            swiftSettings: house),
        .testTarget(
            name: "RollcallConnectorsTests", dependencies: ["RollcallConnectors", "TestSupport"],
            exclude: ["Connectors"], swiftSettings: house),
        // Measured by hand.
        .executableTarget(
            name: "WorkerThroughput", dependencies: ["RollcallConnectors"], path: "Tests/Benchmarks/Worker",
            exclude: ["Connector"], swiftSettings: house),
        .testTarget(
            name: "RollcallSyncTests", dependencies: ["RollcallSync", "DirectoryServers", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "RollcallGatewayTests",
            dependencies: [
                "RollcallGateway", "RollcallStore", "RollcallCore", "RollcallSync", "DirectoryServers", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),
        .target(
            name: "ConnectorTesting", dependencies: ["ConnectorKit", "CRollcall"], path: "Tests/ConnectorTesting",
            swiftSettings: house),
        .testTarget(
            name: "ConnectorKitTests", dependencies: ["ConnectorKit", "ConnectorTesting", "CRollcall", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "GenericConnectorTests", dependencies: ["GenericDirectory", "ConnectorTesting", "TestSupport"],
            exclude: ["server.py"],
            swiftSettings: house),
        .target(
            name: "DirectoryServers", dependencies: ["TestSupport"], path: "Tests/DirectoryServers",
            swiftSettings: house),
        .testTarget(
            name: "LDAPConnectorTests",
            dependencies: ["LDAPDirectory", "ConnectorTesting", "DirectoryServers", "TestSupport"], swiftSettings: house
        ),
        .testTarget(
            name: "RollcallCommandsTests",
            dependencies: [
                "RollcallCommands", "RollcallCore", "RollcallGateway", "RollcallStore", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: house),
        .testTarget(
            name: "O365ConnectorTests",
            dependencies: ["O365Directory", "ConnectorKit", "ConnectorTesting", "CRollcall", "TestSupport"],
            swiftSettings: house),
        .testTarget(
            name: "RollcallWebTests",
            dependencies: ["RollcallWeb", "RollcallCommands", "rollcall", "TestSupport"],
            exclude: ["Browser"], swiftSettings: house),
        .testTarget(name: "HouseTests", swiftSettings: house),
        .testTarget(
            name: "EndToEndTests", dependencies: ["rollcall", "DirectoryServers", "TestSupport"], swiftSettings: house),
    ],
    swiftLanguageModes: [.v6]
)
