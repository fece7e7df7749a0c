import DirectoryServers
import Foundation
import TestSupport

/// A real Postfix on the loopback, with folders of its own, for one test. Its master must be started by root; where the
/// tests do not run as root, those with Postfix are left out.
final class Postfix {
    static let canRun = geteuid() == 0 && Shell.isInstalled("postfix") && Shell.isInstalled("smtp-sink")

    let folder: String
    let port = Shell.freePort()
    /// Where the mail that it passes on comes to: a sink that keeps every message as a file.
    let sinkPort = Shell.freePort()
    let sinkFolder: String
    private var sink: Process?
    private let isChrooted: Bool

    /// - `settings`: lines of main.cf, after those of the test.
    init(_ fixture: Fixture, _ settings: String, wantsSink: Bool = false, isChrooted: Bool = false) throws {
        self.isChrooted = isChrooted
        folder = try fixture.temporaryDirectory("rollcall-postfix")
        sinkFolder = folder + "/sink"
        // Its processes run as a user of their own, who must get here.
        chmod(folder, 0o755)
        for part in ["conf", "queue", "data", "sink", "log"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(part)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        try Shell.run(["chown", "postfix", "\(folder)/data", "\(folder)/sink"])
        try fixture.file(folder + "/conf/main.cf", main + settings + "\n")
        try fixture.file(folder + "/conf/master.cf", master)
        if wantsSink {
            sink = try Shell.start([
                "/usr/sbin/smtp-sink", "-u", "postfix", "-R", sinkFolder, "-d", "mail.", "127.0.0.1:\(sinkPort)", "100",
            ])
        }
        fixture.defer { self.stop() }
        try Shell.run(["postfix", "-c", "\(folder)/conf", "start"])
        try Shell.wait(seconds: 20, for: "Postfix") { (try? SMTPClient(port: port)) != nil }
    }

    /// By the number that its master left, and waits for its end.
    private func stop() {
        let text = (try? String(contentsOfFile: folder + "/queue/pid/master.pid", encoding: .utf8)) ?? ""
        if let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1 {
            kill(pid, SIGTERM)
            for _ in 0..<250 where kill(pid, 0) == 0 { usleep(20_000) }
        }
        sink.map(Shell.stop)
    }

    /// What a new session is told of a recipient: the code, and the text behind it.
    func answer(_ recipient: String, utf8: Bool = false) throws -> String {
        let client = try SMTPClient(port: port)
        _ = client.say("EHLO test.example")
        let sender = client.say("MAIL FROM:<sender@outside.test>\(utf8 ? " SMTPUTF8" : "")")
        guard sender.hasPrefix("250") else { return sender }
        return client.say("RCPT TO:<\(recipient)>")
    }

    /// `550`.
    func code(_ recipient: String, utf8: Bool = false) throws -> String {
        String(try answer(recipient, utf8: utf8).prefix(3))
    }

    /// Sends a message; the code of the reply to its end, or of what was refused before.
    func send(_ recipient: String, subject: String) throws -> String {
        let client = try SMTPClient(port: port)
        for line in ["EHLO test.example", "MAIL FROM:<sender@outside.test>", "RCPT TO:<\(recipient)>", "DATA"] {
            let reply = client.say(line)
            guard reply.hasPrefix("2") || reply.hasPrefix("354") else { return String(reply.prefix(3)) }
        }
        return String(client.say("Subject: \(subject)\r\n\r\nHello.\r\n.").prefix(3))
    }

    /// The recipients of a message that came to the sink, once it has; empty if it does not.
    func delivered(subject: String) -> [String] {
        for _ in 0..<500 {
            let files = (try? FileManager.default.contentsOfDirectory(atPath: sinkFolder)) ?? []
            var recipients: [String] = []
            for file in files {
                let text = (try? String(contentsOfFile: "\(sinkFolder)/\(file)", encoding: .utf8)) ?? ""
                guard text.contains("Subject: \(subject)\n") else { continue }
                for line in text.split(separator: "\n") where line.hasPrefix("X-Rcpt-Args: ") {
                    let address = line.split(separator: "<").last?.prefix { $0 != ">" } ?? ""
                    recipients.append(String(address))
                }
            }
            if !recipients.isEmpty { return recipients.sorted() }
            usleep(20_000)
        }
        return []
    }

    var log: String { (try? String(contentsOfFile: folder + "/log/mail.log", encoding: .utf8)) ?? "" }

    private var main: String {
        """
        compatibility_level = 3.6
        queue_directory = \(folder)/queue
        data_directory = \(folder)/data
        maillog_file = \(folder)/log/mail.log
        maillog_file_prefixes = \(folder)
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = gateway.test
        mynetworks =
        smtputf8_enable = yes
        in_flow_delay = 0
        smtpd_error_sleep_time = 0
        smtpd_soft_error_limit = 100000
        smtpd_hard_error_limit = 100000
        smtpd_client_connection_count_limit = 0
        smtpd_peername_lookup = no
        smtp_host_lookup = native
        smtp_dns_support_level = disabled
        smtp_tls_security_level = none
        alias_maps =
        alias_database =

        """
    }

    /// Not chrooted as a rule, so that paths are those of the test.
    private var master: String {
        """
        127.0.0.1:\(port) inet n - \(isChrooted ? "y" : "n") - - smtpd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        relay unix - - n - - smtp
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        local unix - n n - - local
        virtual unix - n n - - virtual
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd

        """
    }
}

/// One line out, one reply in.
final class SMTPClient {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        setPatience(descriptor, milliseconds: 30000)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = in_port_t(port).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0, reply().hasPrefix("220") else {
            close(descriptor)
            throw Shell.Failure(description: "no SMTP server at port \(port)")
        }
    }

    deinit { close(descriptor) }

    func say(_ line: String) -> String {
        let bytes = Array((line + "\r\n").utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return reply()
    }

    /// The last line of a reply.
    private func reply() -> String {
        while true {
            while let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self).replacing("\r", with: "")
                buffer.removeFirst(end + 1)
                if line.count < 4 || line[line.index(line.startIndex, offsetBy: 3)] != "-" { return line }
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return "" }
            buffer += chunk[..<count]
        }
    }
}
