/// One request by libcurl, and all that is worth knowing about it afterwards.
///
/// Everything that libcurl may do is named here and nowhere else: one scheme, no other by a redirect, no environment or
/// .netrc, TLS 1.2 at least and always verified, time limits, a size limit, and an end at once on a cancel. The address
/// that is really connected to is put before the host's networks.

internal import CCurl
internal import ConnectorKit
internal import Glibc

final class Transfer {
    private let handle: OpaquePointer
    private let host: Host
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    let spool: Spool
    private let sizeLimit: Int64
    private var isPlain = false
    /// The one opened last.
    fileprivate var socket: Int32 = -1

    /// The headers of the last answer, names in lower case.
    fileprivate(set) var headers: [String: String] = [:]
    /// An address that the host's networks forbid.
    fileprivate(set) var forbidden: String?
    /// More came than was announced: libcurl stops at the announced length and would say nothing.
    fileprivate(set) var hasExcess = false
    fileprivate(set) var isTooLarge = false
    fileprivate(set) var isDiskFull = false
    /// sftp: the key that the server must show, and the one that it did show.
    fileprivate var wantedKey = ""
    fileprivate(set) var shownKey = ""

    init(_ host: Host, sizeLimit: Int64) throws(Stop) {
        guard rollcall_curl_start() == CURLE_OK, let handle = curl_easy_init().map({ OpaquePointer($0) }) else {
            throw .failed("libcurl could not be started.")
        }
        self.handle = handle
        self.host = host
        self.sizeLimit = sizeLimit
        errorText[0] = 0
        spool = try Spool()
    }

    deinit {
        curl_easy_cleanup(curl)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    /// CURLAUTH_BASIC, a macro with a cast, which Swift does not see.
    private static let basicAuthentication = 1

    private var curl: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    // MARK: Before

    func set(_ option: CURLoption, _ value: Int) { _ = rollcall_curl_set_long(curl, option, value) }
    func set(_ option: CURLoption, _ value: String) { _ = rollcall_curl_set_string(curl, option, value) }

    func prepare(url: String, scheme: String, options: Options, headers: [String]) {
        isPlain = scheme == "http"
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, scheme)
        set(CURLOPT_REDIR_PROTOCOLS_STR, scheme)
        if scheme == "http" || scheme == "https" {
            set(CURLOPT_FOLLOWLOCATION, 1)
            set(CURLOPT_MAXREDIRS, 5)
            set(CURLOPT_HTTPAUTH, Self.basicAuthentication)
        }
        set(CURLOPT_USERAGENT, host.product)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, 10)
        // Less than 10 bytes a second for half a minute is a dead peer.
        set(CURLOPT_LOW_SPEED_LIMIT, 10)
        set(CURLOPT_LOW_SPEED_TIME, 30)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        _ = rollcall_curl_set_offset(curl, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(sizeLimit))
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if scheme == "ftps" { set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
        if !options.authorityFile.isEmpty { set(CURLOPT_CAINFO, options.authorityFile) }
        if !options.user.isEmpty { set(CURLOPT_USERNAME, options.user) }
        if !options.password.isEmpty { set(CURLOPT_PASSWORD, options.password) }
        if scheme == "sftp" {
            wantedKey = options.hostKey
            // libcurl asks about a key only where it has a file of known ones; ours is the setting.
            set(CURLOPT_SSH_KNOWNHOSTS, "/dev/null")
            _ = rollcall_curl_on_host_key(curl, onHostKey, context)
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for header in headers { list = curl_slist_append(list, header) ?? list }
        if let list {
            lists.append(list)
            _ = rollcall_curl_set_list(curl, CURLOPT_HTTPHEADER, list)
        }
        _ = rollcall_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
        set(CURLOPT_NOPROGRESS, 0)
        set(CURLOPT_VERBOSE, 1)
        _ = rollcall_curl_on_progress(curl, onProgress, context)
        _ = rollcall_curl_on_write(curl, onWrite, context)
        _ = rollcall_curl_on_header(curl, onHeader, context)
        _ = rollcall_curl_on_open_socket(curl, onOpenSocket, context)
        _ = rollcall_curl_on_debug(curl, onDebug, context)
    }

    /// Good while `perform` runs, and the callbacks are called from nowhere else.
    private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    // MARK: After

    func perform() -> CURLcode { withExtendedLifetime(self) { curl_easy_perform(curl) } }

    var status: Int { rollcall_curl_get_long(curl, CURLINFO_RESPONSE_CODE) }
    var verifyResult: Int { rollcall_curl_get_long(curl, CURLINFO_SSL_VERIFYRESULT) }
    /// Seconds; 0: none was given.
    var retryAfter: Int { max(0, Int(rollcall_curl_get_offset(curl, CURLINFO_RETRY_AFTER))) }
    var redirect: String { rollcall_curl_get_string(curl, CURLINFO_REDIRECT_URL).map { String(cString: $0) } ?? "" }
    var message: String { String(cString: errorText) }
    var isCancelled: Bool { host.isCancelled }

    // MARK: During

    fileprivate func takeHeader(_ bytes: Bytes) {
        let line = String(decoding: bytes.trimmed, as: UTF8.self)
        // A redirect or a proxy answers first: only the last block of headers counts.
        if line.hasPrefix("HTTP/") { headers = [:] }
        guard let colon = line.utf8.firstIndex(of: 0x3A) else { return }
        let name = String(line[..<colon]).lowercased()
        var value = line[line.utf8.index(after: colon)...]
        while value.utf8.first == 0x20 || value.utf8.first == 0x09 { value = value.dropFirst() }
        if ["etag", "last-modified", "content-length", "transfer-encoding"].contains(name), value.utf8.count <= 1024 {
            headers[name] = String(value)
        }
    }

    fileprivate func take(_ bytes: Bytes) -> Bool {
        // The body of an error is not the list.
        if status >= 300 { return true }
        guard spool.count + Int64(bytes.count) <= sizeLimit else {
            isTooLarge = true
            return false
        }
        guard spool.write(bytes) else {
            isDiskFull = true
            return false
        }
        if isPlain, headers["content-length"] == String(spool.count) {
            // Without TLS, whatever waits behind the last byte is a part of the list.
            var byte: UInt8 = 0
            if recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0 { hasExcess = true }
        }
        return true
    }

    fileprivate func mayOpen(_ address: UnsafePointer<sockaddr>, family: Int32) -> Bool {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN) + 1)
        let known: Bool
        switch family {
        case AF_INET:
            known =
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                    withUnsafePointer(to: address.pointee.sin_addr) {
                        inet_ntop(AF_INET, $0, &text, socklen_t(INET6_ADDRSTRLEN))
                    }
                } != nil
        case AF_INET6:
            known =
                address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                    withUnsafePointer(to: address.pointee.sin6_addr) {
                        inet_ntop(AF_INET6, $0, &text, socklen_t(INET6_ADDRSTRLEN))
                    }
                } != nil
        default: known = false
        }
        let shown = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        if known, host.permits(address: shown) { return true }
        forbidden = known ? shown : "of family \(family)"
        return false
    }

    fileprivate func progress(_ done: Int64, _ total: Int64) -> Int32 {
        if total > 0 || done > 0 { host.progress(UInt64(max(0, done)), of: UInt64(max(0, total))) }
        return host.isCancelled ? 1 : 0
    }

    /// A server is known by the key that it showed first, as ssh does it.
    fileprivate func judge(key: String) -> Bool {
        shownKey = key
        return wantedKey.isEmpty || wantedKey == key
    }
}

// The callbacks: libcurl hands back the context, which is the transfer that is being performed.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let onWrite: rollcall_curl_data = { bytes, size, count, context in
    let length = size * count
    return transfer(context)?.take(Bytes(start: bytes, count: length)) == true ? length : 0
}

private let onHeader: rollcall_curl_data = { bytes, size, count, context in
    transfer(context)?.takeHeader(Bytes(start: bytes, count: size * count))
    return size * count
}

private let onProgress: rollcall_curl_progress = { context, total, now, _, _ in
    transfer(context)?.progress(Int64(now), Int64(total)) ?? 1
}

private let onOpenSocket: rollcall_curl_open_socket = { context, _, address in
    guard let address, let transfer = transfer(context) else { return -1 }
    let family = address.pointee.family
    let may = withUnsafePointer(to: &address.pointee.addr) { transfer.mayOpen($0, family: family) }
    guard may else { return -1 }
    transfer.socket = socket(family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    return transfer.socket
}

private let onDebug: rollcall_curl_debug = { _, type, bytes, length, context in
    if type == CURLINFO_TEXT, Bytes(start: bytes, count: length).starts(with: "Excess found") {
        transfer(context)?.hasExcess = true
    }
    return 0
}

private let onHostKey: rollcall_curl_host_key = { _, _, found, _, context in
    guard let found, let text = found.pointee.key, let transfer = transfer(context) else {
        return Int32(CURLKHSTAT_REJECT.rawValue)
    }
    let length = found.pointee.len
    let key = length == 0 ? String(cString: text) : Base64.text(Bytes(start: text, count: length))
    return Int32((transfer.judge(key: key) ? CURLKHSTAT_FINE : CURLKHSTAT_REJECT).rawValue)
}
