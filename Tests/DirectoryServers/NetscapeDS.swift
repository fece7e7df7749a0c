/// A real 389 Directory Server on the loopback, in a folder of its own, with content synchronization. Needs root.
internal import Foundation
internal import Glibc
package import TestSupport

package final class NetscapeDS {
    package static var isAvailable: Bool {
        geteuid() == 0 && Shell.isInstalled("ns-slapd") && Shell.isInstalled("dscreate")
    }

    package static let suffix = "dc=example,dc=org"
    package static let manager = "cn=Directory Manager"
    package static let managerPassword = "secret-manager-389"
    package static let reader = "cn=sync,ou=Services,dc=example,dc=org"
    package static let readerPassword = "secret-sync-389"

    package let folder: String
    package let port = Shell.freePort()

    package var uri: String { "ldap://127.0.0.1:\(port)" }

    package init(_ fixture: Fixture) throws {
        folder = try fixture.temporaryDirectory("rollcall-389")
        try layOut()
        try Shell.run(["dscreate", "from-file", "\(folder)/instance.inf"], environment: ["PREFIX": folder])
        try configure()
        let process = try Shell.start([
            "/usr/sbin/ns-slapd", "-D", "\(folder)/etc/dirsrv/slapd-test", "-i", "\(folder)/pid", "-d", "0",
        ])
        fixture.defer { Shell.stop(process) }
        try Shell.wait(seconds: 30, for: "389-ds") {
            (try? Shell.run(["ldapsearch", "-x", "-H", uri, "-b", "", "-s", "base", "vendorName"])) != nil
        }
        try add(Self.top)
    }

    /// dscreate takes a prefix, but looks for its defaults where they were installed: so it gets a copy of them.
    private func layOut() throws {
        let standard = try String(contentsOfFile: "/usr/share/dirsrv/inf/defaults.inf", encoding: .utf8)
        let lines = standard.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { return String(line) }
            switch parts[0] {
            case "prefix": return "prefix = \(folder)"
            case "with_systemd": return "with_systemd = 0"
            case "user", "group": return "\(parts[0]) = root"
            case "inst_dir": return "inst_dir = \(folder)/inst/slapd-{instance_name}"
            default:
                let moves = ["/etc", "/var", "/run", "/dev/shm"].contains { parts[1].hasPrefix($0) }
                return moves ? "\(parts[0]) = \(folder)\(parts[1])" : String(line)
            }
        }
        for name in [
            "share/dirsrv/inf", "etc/dirsrv", "etc/default", "etc/tmpfiles.d", "run/dirsrv", "run/lock/dirsrv",
            "var/lib/dirsrv", "var/log/dirsrv", "dev/shm",
        ] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["config", "schema"] {
            try FileManager.default.copyItem(atPath: "/etc/dirsrv/\(name)", toPath: "\(folder)/etc/dirsrv/\(name)")
        }
        try lines.joined(separator: "\n").write(
            toFile: "\(folder)/share/dirsrv/inf/defaults.inf", atomically: true, encoding: .utf8)
        try """
        [general]
        config_version = 2
        full_machine_name = localhost.localdomain
        start = False
        strict_host_checking = False
        [slapd]
        instance_name = test
        port = \(port)
        secure_port = \(Shell.freePort())
        root_password = \(Self.managerPassword)
        self_sign_cert = False
        user = root
        group = root
        prefix = \(folder)
        [backend-userroot]
        suffix = \(Self.suffix)
        sample_entries = no
        """.write(toFile: "\(folder)/instance.inf", atomically: true, encoding: .utf8)
    }

    /// The plugins for content synchronization and for members that follow a rename; on the loopback only.
    private func configure() throws {
        let path = "\(folder)/etc/dirsrv/slapd-test/dse.ldif"
        let entries = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n\n").map { entry in
            let name = entry.lowercased()
            if name.hasPrefix("dn: cn=config\n") { return entry + "\nnsslapd-listenhost: 127.0.0.1" }
            let plugins = ["content synchronization", "retro changelog plugin", "referential integrity postoperation"]
            guard plugins.contains(where: { name.hasPrefix("dn: cn=\($0),cn=plugins") }) else { return entry }
            let enabled = entry.replacingOccurrences(
                of: "nsslapd-pluginEnabled: off", with: "nsslapd-pluginEnabled: on")
            return name.hasPrefix("dn: cn=retro") ? enabled + "\nnsslapd-attribute: nsuniqueid:targetUniqueId" : enabled
        }
        try entries.joined(separator: "\n\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    package func change(_ ldif: String) throws {
        try Shell.run(["ldapmodify", "-x", "-H", uri, "-D", Self.manager, "-w", Self.managerPassword], input: ldif)
    }

    package func add(_ ldif: String) throws {
        try Shell.run(
            ["ldapmodify", "-a", "-x", "-H", uri, "-D", Self.manager, "-w", Self.managerPassword], input: ldif)
    }

    private static let top = """
        dn: \(suffix)
        objectClass: domain
        dc: example
        aci: (targetattr="*")(version 3.0; acl "read"; allow (read,search,compare) userdn="ldap:///\(reader)";)

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

extension Flavour {
    package static let netscape = Flavour(
        suffix: NetscapeDS.suffix, naming: "uid", personClasses: ["inetOrgPerson", "mailRecipient"],
        groupClass: "groupOfNames", groupAuxiliaries: ["mailRecipient"], aliasAttribute: "mailAlternateAddress",
        standIn: NetscapeDS.reader)
}
