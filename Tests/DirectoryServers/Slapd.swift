/// A real slapd on the loopback, in a folder of its own, for one test.
internal import Foundation
package import TestSupport

package final class Slapd {
    package struct Options {
        package var sessionLog: Int? = 20_000
        package var isProvider = true
        package var pair: TestAuthority.Pair?
        package var authority: String?
        /// More lines of the global part: limits.
        package var global: [String] = []
        /// More lines of the database: access.
        package var database: [String] = []
        package init() {}
    }

    package let folder: String
    package let port = Shell.freePort()
    package let tlsPort = Shell.freePort()
    package static let suffix = "dc=example,dc=org"
    package static let admin = "cn=admin,dc=example,dc=org"
    package static let password = "secret-admin"
    /// An account with no more than read access.
    package static let reader = "cn=sync,ou=Services,dc=example,dc=org"
    package static let readerPassword = "secret-sync"
    private let options: Options
    private var process: Process?

    package var uri: String { "ldap://127.0.0.1:\(port)" }

    package init(_ fixture: Fixture, _ options: Options = Options(), ldif: String) throws {
        self.options = options
        folder = try fixture.temporaryDirectory("rollcall-slapd")
        try FileManager.default.createDirectory(atPath: "\(folder)/db", withIntermediateDirectories: true)
        try configuration.write(toFile: "\(folder)/slapd.conf", atomically: true, encoding: .utf8)
        try Self.schema.write(toFile: "\(folder)/mail.schema", atomically: true, encoding: .utf8)
        try (Self.top + ldif).write(toFile: "\(folder)/data.ldif", atomically: true, encoding: .utf8)
        try Shell.run(["slapadd", "-q", "-w", "-f", "\(folder)/slapd.conf", "-l", "\(folder)/data.ldif"])
        try start()
        fixture.defer { self.stop() }
    }

    package func start() throws {
        var uris = uri
        if options.pair != nil { uris += " ldaps://127.0.0.1:\(tlsPort)" }
        // In the foreground: a daemon would keep open what tells of its parent's end.
        process = try Shell.start(["/usr/sbin/slapd", "-d", "0", "-f", "\(folder)/slapd.conf", "-h", uris])
        try Shell.wait(seconds: 10, for: "slapd") {
            (try? Shell.run(["ldapsearch", "-x", "-H", uri, "-b", "", "-s", "base", "1.1"])) != nil
        }
    }

    package func stop() {
        process.map(Shell.stop)
        process = nil
    }

    /// Changes as LDIF, by the administrator.
    package func change(_ ldif: String) throws {
        guard !ldif.isEmpty else { return }
        try Shell.run(["ldapmodify", "-x", "-H", uri, "-D", Self.admin, "-w", Self.password], input: ldif)
    }

    private var configuration: String {
        var lines = [
            "include /etc/ldap/schema/core.schema", "include /etc/ldap/schema/cosine.schema",
            "include /etc/ldap/schema/inetorgperson.schema", "include /etc/ldap/schema/misc.schema",
            "include \(folder)/mail.schema", "modulepath /usr/lib/ldap", "moduleload back_mdb", "moduleload syncprov",
            "moduleload memberof", "pidfile \(folder)/slapd.pid", "sizelimit unlimited", "threads 4",
        ]
        if let pair = options.pair {
            lines += [
                "TLSCertificateFile \(pair.certificate)", "TLSCertificateKeyFile \(pair.key)",
                "TLSCACertificateFile \(options.authority ?? pair.certificate)",
            ]
        }
        lines += options.global
        lines += [
            "database mdb", "maxsize 2147483648", "suffix \(Self.suffix)", "rootdn \(Self.admin)",
            "rootpw \(Self.password)", "directory \(folder)/db", "dbnosync",
            "index objectClass,entryCSN,entryUUID,mail,member eq",
        ]
        lines += options.database
        lines += ["overlay memberof", "memberof-refint TRUE"]
        if options.isProvider {
            lines += ["overlay syncprov"]
            if let size = options.sessionLog { lines += ["syncprov-sessionlog \(size)"] }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let schema = """
        attributetype ( 1.3.6.1.4.1.55555.1.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
          SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
        objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'mailAccount' SUP top AUXILIARY MAY ( proxyAddresses $ mail ) )

        """

    private static let top = """
        dn: \(suffix)
        objectClass: dcObject
        objectClass: organization
        o: Example
        dc: example

        dn: ou=Services,\(suffix)
        objectClass: organizationalUnit
        ou: Services

        dn: \(reader)
        objectClass: organizationalRole
        objectClass: simpleSecurityObject
        cn: sync
        userPassword: \(readerPassword)


        """
}
