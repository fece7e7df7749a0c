import DirectoryServers
import Foundation
import TestSupport

/// Where the mail servers are that the tests run: packages that are installed, and those that `.ci/mail-tools` unpacked.
enum MailTools {
    static let folder = Installation.repository + "/.build-run/mail-tools"

    static func has(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: "\(folder)/\(program)") }

    static let exim = "exim4-daemon-light/usr/sbin/exim4"
    static let smtpd = "opensmtpd/usr/sbin/smtpd"

    /// Lets an unpacked server find the users that its package would have made, without making them.
    static func users(_ names: [String], in folder: String, _ fixture: Fixture) throws -> [String: String] {
        var passwd = try String(contentsOfFile: "/etc/passwd", encoding: .utf8)
        var group = try String(contentsOfFile: "/etc/group", encoding: .utf8)
        for (index, name) in names.enumerated() {
            passwd += "\(name):x:\(65_500 + index):\(65_500 + index)::/nonexistent:/usr/sbin/nologin\n"
            group += "\(name):x:\(65_500 + index):\n"
        }
        try fixture.file(folder + "/passwd", passwd)
        try fixture.file(folder + "/group", group)
        return [
            "LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": folder + "/passwd",
            "NSS_WRAPPER_GROUP": folder + "/group",
        ]
    }
}

/// An Exim with a configuration and a spool of its own, spoken to over its standard input, as inetd would have it.
struct Exim {
    let folder: String
    private let environment: [String: String]

    /// `rcpt`: the conditions at RCPT, for addresses of relay domains.
    init(_ fixture: Fixture, domains: String, rcpt: String) throws {
        folder = try fixture.temporaryDirectory("rollcall-exim")
        for name in ["spool", "log"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o777])
        }
        // Its own user must come in.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        try fixture.file(
            folder + "/exim.conf",
            """
            exim_user = nobody
            exim_group = nogroup
            spool_directory = \(folder)/spool
            log_file_path = \(folder)/log/%slog
            primary_hostname = gateway.test
            domainlist relay_to_domains = \(domains)
            acl_smtp_rcpt = acl_check_rcpt
            tls_advertise_hosts =
            keep_environment =
            queue_only
            begin acl
            acl_check_rcpt:
              require message = relay not permitted
                      domains = +relay_to_domains
            \(rcpt)
              accept
            begin routers
            all:
              driver = redirect
              data = :blackhole:

            """)
        environment = try MailTools.users(["Debian-exim"], in: folder, fixture)
    }

    /// What it answers at RCPT to each address, one session for all.
    func answers(_ addresses: [String]) throws -> [String] {
        let session = ["EHLO client.test", "MAIL FROM:<a@b.test>"] + addresses.map { "RCPT TO:<\($0)>" } + ["QUIT"]
        let output = try Shell.run(
            ["\(MailTools.folder)/\(MailTools.exim)", "-C", folder + "/exim.conf", "-bs"],
            input: session.joined(separator: "\r\n") + "\r\n", environment: environment)
        // Behind banner and greeting: MAIL, then one line each.
        let lines = output.split(whereSeparator: \.isNewline).map(String.init).filter {
            !$0.hasPrefix("220") && !$0.hasPrefix("250-")
        }
        return Array(lines.drop { $0 != "250 OK" }.dropFirst().prefix(addresses.count)).map { String($0.prefix(3)) }
    }
}

/// An OpenSMTPD in a mount namespace of its own, as its paths are compiled in, and in a process namespace, with which it
/// ends. Needs root.
struct OpenSMTPD {
    static var isPossible: Bool {
        geteuid() == 0 && MailTools.has(MailTools.smtpd)
            && (try? Shell.run(["unshare", "-m", "-p", "-f", "true"])) != nil
    }

    /// What it answers at RCPT to each address, with this configuration; `listen` and the rest of a server is added.
    static func answers(_ fixture: Fixture, configuration: String, _ addresses: [String]) throws -> [String] {
        let folder = try fixture.temporaryDirectory("rollcall-smtpd")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
        let port = Shell.freePort()
        try fixture.file(folder + "/smtpd.conf", "listen on 127.0.0.1 port \(port)\n\(configuration)\n")
        let variables = try MailTools.users(["opensmtpd", "opensmtpq"], in: folder, fixture)
            .map { "\($0)=\($1)" }.joined(separator: " ")
        try fixture.file(
            folder + "/ask.py",
            """
            import smtplib, sys, time
            for _ in range(100):
                try:
                    session = smtplib.SMTP('127.0.0.1', \(port), timeout=10)
                    break
                except OSError:
                    time.sleep(0.1)
            session.ehlo()
            session.mail('a@b.test')
            for address in sys.argv[1:]:
                print(session.rcpt(address)[0])
            session.quit()
            """)
        try fixture.file(
            folder + "/run",
            """
            set -e
            for place in /var/spool /var/lib /run; do mount -t tmpfs none $place; done
            mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
            chmod 711 /var/spool/smtpd; chmod 755 /var/lib/opensmtpd /var/lib/opensmtpd/empty
            \(variables) \(MailTools.folder)/\(MailTools.smtpd) -d -f \(folder)/smtpd.conf > \(folder)/log 2>&1 &
            python3 \(folder)/ask.py "$@" || { cat \(folder)/log; exit 1; }
            """)
        return try Shell.run(["unshare", "-m", "-p", "-f", "bash", folder + "/run"] + addresses)
            .split(separator: "\n").map(String.init)
    }
}

/// An Rspamd that has one worker, one rule, and a folder of its own.
final class Rspamd {
    private let port = Shell.freePort()
    let folder: String

    /// `map`: where the addresses are that the symbol KNOWN stands for.
    init(_ fixture: Fixture, map: String) throws {
        folder = try fixture.temporaryDirectory("rollcall-rspamd")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
        // The public suffixes take long to compile, and nobody here asks for one.
        try fixture.file(folder + "/suffixes", "com\ntest\n")
        try fixture.file(folder + "/rules.lua", "rspamd_parse_redis_server = function() return nil end\n")
        try fixture.file(
            folder + "/rspamd.conf",
            """
            options {
              filters = ""; tempdir = "\(folder)"; cache_file = "\(folder)/symbols"; hs_cache_dir = "\(folder)";
              history_file = "\(folder)/history"; url_tld = "\(folder)/suffixes"; map_watch_interval = 1s;
              control_socket = "\(folder)/control mode=0600"; dns { nameserver = ["127.0.0.1"]; }
            }
            logging { type = "file"; filename = "\(folder)/log"; level = "info"; }
            worker "normal" { bind_socket = "127.0.0.1:\(port)"; count = 1; }
            lua = "\(folder)/rules.lua";
            modules { path = "/usr/share/rspamd/plugins/multimap.lua"; }
            actions { reject = 100; }
            multimap { KNOWN { type = "rcpt"; map = "\(map)"; score = 0.1; symbol = "KNOWN"; } }
            """)
        let user = geteuid() == 0 ? ["-u", "nobody", "-g", "nogroup"] : []
        let process = try Shell.start(
            ["/usr/bin/rspamd", "-f", "-c", folder + "/rspamd.conf", "--var=DBDIR=\(folder)"] + user,
            log: folder + "/output")
        fixture.defer { Shell.stop(process) }
    }

    var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Whether a message to the address gets the symbol.
    func knows(_ address: String) throws -> Bool {
        let message = "From: a@b.test\r\nTo: x@y.test\r\nSubject: hi\r\nMessage-Id: <1@b.test>\r\n\r\nhello\r\n"
        let answer = try Shell.run(
            [
                "curl", "-s", "--retry", "40", "--retry-connrefused", "--retry-delay", "0", "-H", "Rcpt: \(address)",
                "--data-binary", "@-", "http://127.0.0.1:\(port)/checkv2",
            ], input: message)
        return answer.contains("\"KNOWN\"")
    }
}
