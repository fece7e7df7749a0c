import ConnectorKit
import ConnectorTesting
import Foundation
import GenericDirectory
import TestSupport
import Testing

/// Which check of a certificate failed is told before any credential is sent.
struct TLSTests {
    private let fixture = Fixture()

    /// A CA and a certificate of it for `name`, valid for `days` from now (negative: expired).
    private func certificates(name: String, start: Int = -1, days: Int = 30) throws -> String {
        let folder = try fixture.temporaryDirectory()
        let script = """
            set -e; cd \(folder)
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 \
              -subj '/CN=Test CA'
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem \
              -subj '/CN=x'
            printf 'subjectAltName=\(name)\\n' > ext
            touch index.txt; echo 01 > serial
            printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\nserial=serial\\nnew_certs_dir=.\\n' > ca.cnf
            printf 'default_md=sha256\\npolicy=p\\n[p]\\ncommonName=optional\\n' >> ca.cnf
            openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -in csr.pem -out cert.pem -notext \
              -extfile ext \
              -startdate $(date -u -d '\(start) days' +%y%m%d%H%M%SZ) -enddate $(date -u -d '\(start + days) days' \
              +%y%m%d%H%M%SZ)
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return folder
    }

    private func open(_ server: FaultyServer, _ authority: String) throws -> Opened {
        try Opened(
            Generic.self,
            [
                "location": "https://127.0.0.1:\(server.port)/list", "ca_file": authority, "user": "u",
                "password": "geheim",
            ])
    }

    @Test("a certificate of the given authority is accepted")
    func good() throws {
        let folder = try certificates(name: "IP:127.0.0.1")
        let server = try FaultyServer(fixture, [folder + "/cert.pem", folder + "/key.pem"])
        let opened = try open(server, folder + "/ca.pem")
        #expect(opened.full() == .ok, "\(opened.host.problems)")
        #expect(opened.host.records.count == 100)
    }

    @Test(
        "a bad certificate is named by the check that failed",
        arguments: [
            ("DNS:other.example", -1, 30, "is made out to another name"),
            ("IP:127.0.0.1", -40, 30, "has expired"),
            ("IP:127.0.0.1", 5, 30, "is not valid yet"),
        ])
    func bad(name: String, start: Int, days: Int, says: String) throws {
        let folder = try certificates(name: name, start: start, days: days)
        let server = try FaultyServer(fixture, [folder + "/cert.pem", folder + "/key.pem"])
        let opened = try open(server, folder + "/ca.pem")
        #expect(opened.full() == .badSettings)
        #expect(opened.host.problems.first?.field == "ca_file")
        #expect(opened.host.problems.first?.text.contains(says) == true, "\(opened.host.problems)")
        #expect(try server.requests().isEmpty)
    }

    @Test("an unknown authority, and a file that is none")
    func unknown() throws {
        let folder = try certificates(name: "IP:127.0.0.1")
        let server = try FaultyServer(fixture, [folder + "/cert.pem", folder + "/key.pem"])
        for (authority, says) in [("", "authority"), (folder + "/nothing.pem", "could not be read")] {
            let opened = try open(server, authority)
            #expect(opened.full() == .badSettings)
            #expect(opened.host.problems.first?.field == "ca_file")
            #expect(opened.host.problems.first?.text.contains(says) == true, "\(opened.host.problems)")
        }
        #expect(try server.requests().isEmpty)
    }

    @Test("TLS below 1.2 is refused")
    func old() throws {
        let folder = try certificates(name: "IP:127.0.0.1")
        let server = try FaultyServer(fixture, [folder + "/cert.pem", folder + "/key.pem", "TLSv1_1"])
        let opened = try open(server, folder + "/ca.pem")
        #expect(opened.full() == .badSettings)
        #expect(try server.requests().isEmpty)
    }
}
