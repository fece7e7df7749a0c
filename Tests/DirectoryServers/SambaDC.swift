/// A real Active Directory domain controller (Samba) on a loopback address of its own: its ports cannot be chosen. Needs
/// root.
internal import Foundation
internal import Glibc
package import TestSupport

package final class SambaDC {
    package static var isAvailable: Bool {
        geteuid() == 0 && Shell.isInstalled("samba") && Shell.isInstalled("samba-tool")
    }

    package static let suffix = "DC=corp,DC=example"
    package static let administrator = "Administrator@corp.example"
    package static let administratorPassword = "Passw0rd-Admin1"
    /// A plain user.
    package static let reader = "svc-sync@corp.example"
    package static let readerPassword = "Passw0rd-Sync1"

    package let folder: String
    package let address = "127.0.\(Int.random(in: 64...250)).\(Int.random(in: 2...250))"
    package let authority: TestAuthority

    package var uri: String { "ldap://\(address)" }

    /// Starts with an empty domain, or with a copy of what `prepare` put into one.
    package init(_ fixture: Fixture) throws {
        folder = try fixture.temporaryDirectory("rollcall-samba")
        authority = try TestAuthority(fixture)
        try fixture.file("\(folder)/empty.conf", "")
        try Shell.run([
            "samba-tool", "domain", "provision", "--targetdir=\(folder)/dc", "-s", "\(folder)/empty.conf",
            "--realm=CORP.EXAMPLE", "--domain=CORP", "--host-name=dc1", "--server-role=dc", "--use-rfc2307",
            "--dns-backend=NONE", "--adminpass=\(Self.administratorPassword)",
            "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb",
        ])
        let pair = try authority.certificate("samba", for: ["IP:\(address)", "DNS:dc1.corp.example"])
        try configure(pair)
        try Shell.run([
            "samba-tool", "user", "create", "svc-sync", Self.readerPassword, "-s", "\(folder)/run.conf",
        ])
        try fixture.file("\(folder)/log", "")
        let process = try Shell.start(
            ["/usr/sbin/samba", "-i", "-M", "single", "-s", "\(folder)/run.conf"], log: "\(folder)/log")
        fixture.defer { Shell.stop(process) }
        try Shell.wait(seconds: 20, for: "samba") {
            (try? Shell.run(["ldapsearch", "-x", "-H", uri, "-b", "", "-s", "base", "dnsHostName"])) != nil
        }
    }

    private func configure(_ pair: TestAuthority.Pair) throws {
        chmod(pair.key, 0o600)
        try """
        [global]
        netbios name = DC1
        realm = CORP.EXAMPLE
        workgroup = CORP
        server role = active directory domain controller
        server services = ldap
        private dir = \(folder)/dc/private
        state directory = \(folder)/dc/state
        cache directory = \(folder)/dc/cache
        lock directory = \(folder)/dc
        binddns dir = \(folder)/dc/bind-dns
        pid directory = \(folder)
        interfaces = \(address)/8
        bind interfaces only = yes
        ldap server require strong auth = no
        tls enabled = yes
        tls certfile = \(pair.certificate)
        tls keyfile = \(pair.key)
        tls cafile = \(authority.authority)
        idmap_ldb:use rfc2307 = yes
        vfs objects = dfs_samba4 acl_xattr xattr_tdb
        """.write(toFile: "\(folder)/run.conf", atomically: true, encoding: .utf8)
    }

    /// Changes as LDIF, by the administrator.
    package func change(_ ldif: String) throws {
        try Shell.run(
            ["ldapmodify", "-x", "-H", uri, "-D", Self.administrator, "-w", Self.administratorPassword], input: ldif)
    }

    /// Entries as LDIF.
    package func add(_ ldif: String) throws {
        try Shell.run(
            ["ldapmodify", "-a", "-x", "-H", uri, "-D", Self.administrator, "-w", Self.administratorPassword],
            input: ldif)
    }
}

extension Flavour {
    package static let activeDirectory = Flavour(
        suffix: SambaDC.suffix, naming: "CN", personClasses: ["user"], groupClass: "group",
        aliasAttribute: "proxyAddresses", aliasPrefix: "smtp:", writesPrimary: true)
}
