internal import CCurl
internal import Glibc
internal import RollcallCore

/// Asks the primary, over one connection that is kept. HTTPS with a verified certificate, or plain HTTP on this machine
/// only: the token opens every address book. No redirects, no proxy, limits on time and size.
package final class PrimaryClient {
    package struct Reply {
        package var status = 0
        package var tag = ""
        package var body: [UInt8] = []
    }

    private let handle: UnsafeMutableRawPointer
    private let base: String
    private let token: String
    private let caFile: String?
    fileprivate var reply = Reply()
    fileprivate var most = 0

    package init(_ base: String, token: String, caFile: String? = nil) throws(ReplicaFlaw) {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        guard base.hasPrefix("https://") || Self.isLocal(base) else {
            throw ReplicaFlaw("the primary \(base) must be asked over https://")
        }
        // A line break would be another header.
        guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ReplicaFlaw("the token for the primary is not one")
        }
        guard rollcall_curl_start() == CURLE_OK, let handle = curl_easy_init() else {
            throw ReplicaFlaw("libcurl could not be started")
        }
        self.handle = UnsafeMutableRawPointer(handle)
        self.base = base
        self.token = token
        self.caFile = caFile
    }

    deinit { curl_easy_cleanup(handle) }

    static func isLocal(_ base: String) -> Bool {
        guard base.hasPrefix("http://") else { return false }
        let host = base.dropFirst(7).prefix { $0 != "/" && $0 != ":" }
        return host == "localhost" || host == "127.0.0.1" || base.hasPrefix("http://[::1]")
    }

    /// - `tag`: of what is here already. `most`: bytes.
    func get(_ path: String, tag: String = "", most: Int, seconds: Int) throws(ReplicaFlaw) -> Reply {
        reply = Reply()
        self.most = most
        var headers = curl_slist_append(nil, "Authorization: Bearer \(token)")
        if !tag.isEmpty { headers = curl_slist_append(headers, "If-None-Match: \(tag)") }
        defer { curl_slist_free_all(headers) }
        // Keeps the connection.
        curl_easy_reset(handle)
        func set(_ option: CURLoption, _ value: Int) { _ = rollcall_curl_set_long(handle, option, value) }
        func set(_ option: CURLoption, _ value: String) { _ = rollcall_curl_set_string(handle, option, value) }
        set(CURLOPT_URL, base + path)
        set(CURLOPT_PROTOCOLS_STR, base.hasPrefix("https://") ? "https" : "http")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, 5)
        set(CURLOPT_TIMEOUT, seconds)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile { set(CURLOPT_CAINFO, caFile) }
        _ = rollcall_curl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = rollcall_curl_on_write(handle, onBody, context)
        _ = rollcall_curl_on_header(handle, onHeader, context)
        let code = withExtendedLifetime(self) { curl_easy_perform(handle) }
        guard code == CURLE_OK else {
            throw ReplicaFlaw("the primary \(base) cannot be asked: \(String(cString: curl_easy_strerror(code)))")
        }
        reply.status = rollcall_curl_get_long(handle, CURLINFO_RESPONSE_CODE)
        switch reply.status {
        case 200, 304: return reply
        case 401, 403: throw ReplicaFlaw("the primary \(base) does not take the token (\(reply.status))")
        default: throw ReplicaFlaw("the primary \(base) answers \(reply.status)")
        }
    }
}

// libcurl hands back the context, which is the client that is asking.

private func client(_ context: UnsafeMutableRawPointer?) -> PrimaryClient? {
    context.map { Unmanaged<PrimaryClient>.fromOpaque($0).takeUnretainedValue() }
}

private let onBody: rollcall_curl_data = { bytes, size, count, context in
    let length = size * count
    guard let bytes, let client = client(context), client.reply.body.count + length <= client.most else { return 0 }
    client.reply.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return length
}

private let onHeader: rollcall_curl_data = { bytes, size, count, context in
    guard let bytes, let client = client(context) else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let name = Array("etag:".utf8)
    if line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) {
        client.reply.tag = String(decoding: line[name.count...].filter { $0 > 0x20 }, as: UTF8.self)
    }
    return size * count
}
