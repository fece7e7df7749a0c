import DirectoryServers
import Foundation
import Glibc
import Synchronization
import TestSupport

@testable import LDAPDirectory

/// A server that answers as a test tells it to: for limits and behaviours that no server at hand has.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var base: String
        var scope: Int
        var filter: [UInt8]
        var attributes: [String]
        /// By OID, with the value.
        var controls: [String: [UInt8]]

        /// Of the paging control: size and cookie.
        var page: (size: Int, cookie: String)? {
            guard let value = controls[Control.pagedResults], let parts = DER.sequence(value[...]), parts.count == 2
            else { return nil }
            return (DER.integer(parts[0]) ?? 0, String(decoding: parts[1].content, as: UTF8.self))
        }
    }

    struct Entry: Sendable {
        var dn: String
        var attributes: [(String, [[UInt8]])]

        init(_ dn: String, _ attributes: [(String, [String])]) {
            self.dn = dn
            self.attributes = attributes.map { ($0.0, $0.1.map { Array($0.utf8) }) }
        }

        init(_ dn: String, bytes attributes: [(String, [[UInt8]])]) {
            self.dn = dn
            self.attributes = attributes
        }
    }

    struct Answer: Sendable {
        var entries: [Entry] = []
        var references: [String] = []
        var code = 0
        var words = ""
        /// Of the page; nil: the server leaves the control out.
        var cookie: String? = ""
    }

    typealias Script = @Sendable (Request) -> Answer

    let port: Int
    private let listener: Int32
    private let script: Script
    private let seen = Mutex<[Request]>([])

    var requests: [Request] { seen.withLock { $0 } }

    init(_ fixture: Fixture, _ script: @escaping Script) throws {
        self.script = script
        port = Shell.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(4))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        let listener = listener
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(listener, 8) == 0 else { throw Shell.Failure(description: "no port") }
        Thread.detachNewThread { self.accepting() }
        fixture.defer {
            shutdown(listener, Int32(SHUT_RDWR))
            close(listener)
        }
    }

    private func accepting() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { return }
            Thread.detachNewThread { self.serve(client) }
        }
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        var buffer: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(client, &bytes, bytes.count)
            if count <= 0 { return }
            buffer += bytes.prefix(count)
            while let (message, rest) = DER.next(buffer[...]) {
                guard let parts = DER.items(message.content), parts.count >= 2 else { return }
                let answer = answer(parts)
                buffer = Array(rest)
                if answer.isEmpty { return }
                if send(client, answer, answer.count, Int32(MSG_NOSIGNAL)) <= 0 { return }
            }
        }
    }

    private func answer(_ parts: [DER.Item]) -> [UInt8] {
        let id = DER.item(0x02, Array(parts[0].content))
        switch parts[1].tag {
        case 0x60: return DER.item(0x30, id + DER.item(0x61, Self.result(0, "")))
        case 0x63:
            guard let request = Self.request(parts) else { return [] }
            seen.withLock { $0.append(request) }
            return Self.messages(id, script(request), isPaged: request.page != nil)
        default: return []
        }
    }

    private static func request(_ parts: [DER.Item]) -> Request? {
        guard let fields = DER.items(parts[1].content), fields.count == 8 else { return nil }
        var controls: [String: [UInt8]] = [:]
        if parts.count > 2, let all = DER.items(parts[2].content) {
            for control in all {
                guard let pieces = DER.items(control.content), let name = pieces.first else { continue }
                controls[String(decoding: name.content, as: UTF8.self)] =
                    pieces.last { $0.tag == 0x04 && pieces.count > 1 }
                    .map { Array($0.content) } ?? []
            }
        }
        return Request(
            base: String(decoding: fields[0].content, as: UTF8.self), scope: DER.integer(fields[1]) ?? 0,
            filter: Array(fields[6].content),
            attributes: (DER.items(fields[7].content) ?? []).map { String(decoding: $0.content, as: UTF8.self) },
            controls: controls)
    }

    private static func result(_ code: Int, _ words: String) -> [UInt8] {
        DER.integer(code, tag: 0x0A) + DER.item(0x04, []) + DER.item(0x04, Array(words.utf8))
    }

    private static func messages(_ id: [UInt8], _ answer: Answer, isPaged: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in answer.entries {
            let attributes = entry.attributes.flatMap { name, values in
                DER.item(0x30, DER.item(0x04, Array(name.utf8)) + DER.item(0x31, values.flatMap { DER.item(0x04, $0) }))
            }
            bytes += DER.item(
                0x30, id + DER.item(0x64, DER.item(0x04, Array(entry.dn.utf8)) + DER.item(0x30, attributes)))
        }
        for reference in answer.references {
            bytes += DER.item(0x30, id + DER.item(0x73, DER.item(0x04, Array(reference.utf8))))
        }
        var controls: [UInt8] = []
        if isPaged, let cookie = answer.cookie {
            let value = DER.item(0x30, DER.integer(0) + DER.item(0x04, Array(cookie.utf8)))
            controls = DER.item(
                0xA0,
                DER.item(0x30, DER.item(0x04, Array(Control.pagedResults.utf8)) + DER.item(0x04, value)))
        }
        return bytes + DER.item(0x30, id + DER.item(0x65, result(answer.code, answer.words)) + controls)
    }
}
