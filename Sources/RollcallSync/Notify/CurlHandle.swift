internal import CCurl
internal import Glibc
internal import RollcallConnectors

/// One request by libcurl, blocking, with what both channels have in common: no environment, no redirects, TLS 1.2 at
/// least and always verified, limits on everything.
final class CurlHandle {
    private let handle: OpaquePointer
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    /// What goes out, and how far it is.
    fileprivate var body: [UInt8] = []
    fileprivate var sent = 0
    fileprivate var received = 0
    /// Asked once there is something to send; `false` ends the request.
    fileprivate var mayBegin: () -> Bool = { true }
    fileprivate var onDialogue: ((_ isOurs: Bool, _ bytes: UnsafeRawBufferPointer) -> Void)?
    fileprivate var networks: NetworkPolicy?
    fileprivate(set) var forbidden: String?

    /// An answer that is longer is of no use.
    fileprivate static let mostReceived = 64 << 10

    init?() {
        guard rollcall_curl_start() == CURLE_OK, let handle = curl_easy_init().map({ OpaquePointer($0) }) else {
            return nil
        }
        self.handle = handle
        errorText[0] = 0
    }

    deinit {
        curl_easy_cleanup(curl)
        for list in lists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    private var curl: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }
    /// Good while `perform` runs, and the callbacks are called from nowhere else.
    private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    func set(_ option: CURLoption, _ value: Int) { _ = rollcall_curl_set_long(curl, option, value) }
    func set(_ option: CURLoption, _ value: String) { _ = rollcall_curl_set_string(curl, option, value) }

    func set(_ option: CURLoption, _ lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        _ = rollcall_curl_set_list(curl, option, list)
    }

    /// - Parameter seconds: how long the whole may take.
    func prepare(url: String, scheme: String, seconds: Int) {
        set(CURLOPT_URL, url)
        set(CURLOPT_PROTOCOLS_STR, scheme)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_CONNECTTIMEOUT, min(10, seconds))
        set(CURLOPT_TIMEOUT, seconds)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        _ = rollcall_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, errorText)
        _ = rollcall_curl_on_write(curl, onWrite, context)
    }

    func send(_ bytes: [UInt8], mayBegin: @escaping () -> Bool) {
        body = bytes
        self.mayBegin = mayBegin
        set(CURLOPT_UPLOAD, 1)
        _ = rollcall_curl_on_read(curl, onRead, context)
    }

    func post(_ bytes: [UInt8]) {
        body = bytes
        set(CURLOPT_POST, 1)
        _ = rollcall_curl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        _ = rollcall_curl_on_read(curl, onRead, context)
    }

    func permit(only networks: NetworkPolicy) {
        self.networks = networks
        _ = rollcall_curl_on_open_socket(curl, onOpenSocket, context)
    }

    func listen(_ onDialogue: @escaping (_ isOurs: Bool, _ bytes: UnsafeRawBufferPointer) -> Void) {
        self.onDialogue = onDialogue
        set(CURLOPT_VERBOSE, 1)
        _ = rollcall_curl_on_debug(curl, onDebug, context)
    }

    func perform() -> CURLcode { withExtendedLifetime(self) { curl_easy_perform(curl) } }

    var status: Int { rollcall_curl_get_long(curl, CURLINFO_RESPONSE_CODE) }

    func message(_ code: CURLcode) -> String {
        let text = String(cString: errorText)
        return text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    fileprivate func mayOpen(_ address: UnsafePointer<sockaddr>) -> Bool {
        guard let networks else { return true }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length =
            Int32(address.pointee.sa_family) == AF_INET6
            ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let known =
            getnameinfo(
                address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
        let shown = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        if known, networks.permits(shown) { return true }
        forbidden = known ? shown : "of an unknown kind"
        return false
    }
}

// The callbacks: libcurl hands back the context, which is the request that is being performed.

private func request(_ context: UnsafeMutableRawPointer?) -> CurlHandle? {
    context.map { Unmanaged<CurlHandle>.fromOpaque($0).takeUnretainedValue() }
}

private let onWrite: rollcall_curl_data = { _, size, count, context in
    guard let request = request(context) else { return 0 }
    request.received += size * count
    return request.received <= CurlHandle.mostReceived ? size * count : 0
}

private let onRead: rollcall_curl_data = { buffer, size, count, context in
    guard let buffer, let request = request(context), request.mayBegin() else { return Int(CURL_READFUNC_ABORT) }
    let length = min(size * count, request.body.count - request.sent)
    request.body.withUnsafeBytes { bytes in
        if length > 0, let base = bytes.baseAddress { memcpy(buffer, base + request.sent, length) }
    }
    request.sent += length
    return length
}

private let onDebug: rollcall_curl_debug = { _, type, bytes, length, context in
    guard let request = request(context), let bytes else { return 0 }
    if type == CURLINFO_HEADER_IN || type == CURLINFO_HEADER_OUT {
        request.onDialogue?(type == CURLINFO_HEADER_OUT, UnsafeRawBufferPointer(start: bytes, count: length))
    }
    return 0
}

private let onOpenSocket: rollcall_curl_open_socket = { context, _, address in
    guard let address, let request = request(context) else { return -1 }
    let may = withUnsafePointer(to: &address.pointee.addr) { request.mayOpen($0) }
    guard may else { return -1 }
    return socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
}
