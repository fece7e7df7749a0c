/// One connection to a service by libcurl: https with certificates checked, no redirects, no other protocol, a limit on
/// size after decompression and on silence. Certificates cannot be left unchecked; a private authority can be named.
///
/// `perform` uses only those functions of the host that any thread may call, so a page can be fetched ahead on another
/// thread while the last one is read; there is never more than one request at a time.

internal import CCurl
internal import ConnectorKit
internal import Glibc

final class Transport {
    static let sizeLimit = 64 << 20

    /// Only used by the one `perform` that is running.
    private let handle: OpaqueHandle
    private let transfer = Transfer()

    struct Settings {
        var product: String
        var authorityFile: String
        var allowsPlain: Bool
        /// Seconds without a byte.
        var silence: Int
    }

    init(_ settings: Settings) throws(Stop) {
        guard rollcall_curl_start() == CURLE_OK, let made = curl_easy_init() else {
            throw .failed("The HTTP library could not be started.")
        }
        handle = OpaqueHandle(made)
        var worked = true
        func set(_ option: CURLoption, _ value: Int) {
            worked = rollcall_curl_set_long(made, option, value) == CURLE_OK && worked
        }
        func set(_ option: CURLoption, _ value: String) {
            worked = rollcall_curl_set_string(made, option, value) == CURLE_OK && worked
        }
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, settings.allowsPlain ? "https,http" : "https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_CONNECTTIMEOUT, min(settings.silence, 20))
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, settings.silence)
        set(CURLOPT_TIMEOUT, max(300, settings.silence))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_NOPROGRESS, 0)
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_USERAGENT, "\(settings.product) o365/\(O365.version)")
        if !settings.authorityFile.isEmpty { set(CURLOPT_CAINFO, settings.authorityFile) }
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        worked = rollcall_curl_on_write(made, takeBody, context) == CURLE_OK && worked
        worked = rollcall_curl_on_header(made, takeHeader, context) == CURLE_OK && worked
        worked = rollcall_curl_on_progress(made, lookForCancel, context) == CURLE_OK && worked
        worked = rollcall_curl_on_open_socket(made, openSocket, context) == CURLE_OK && worked
        guard worked else {
            throw .failed("This libcurl (\(String(cString: rollcall_curl_version()))) lacks what is needed.")
        }
    }

    func perform(_ request: HTTPRequest, into body: BodyBuffer, host: Host) -> HTTPOutcome {
        var list: UnsafeMutablePointer<curl_slist>?
        for header in request.headers { list = curl_slist_append(list, header) }
        defer { curl_slist_free_all(list) }
        transfer.begin(host, body)
        defer { transfer.end() }
        let curl = handle.pointer
        rollcall_curl_set_string(curl, CURLOPT_URL, request.url)
        rollcall_curl_set_list(curl, CURLOPT_HTTPHEADER, list)
        let code: CURLcode
        if let form = request.body {
            // The bytes are not copied by libcurl: they stay here until it is done with them.
            code = form.withUnsafeBytes { bytes in
                rollcall_curl_set_long(curl, CURLOPT_POST, 1)
                rollcall_curl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                rollcall_curl_set_pointer(
                    curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
                let code = curl_easy_perform(curl)
                rollcall_curl_set_pointer(curl, CURLOPT_POSTFIELDS, nil)
                return code
            }
        } else {
            rollcall_curl_set_long(curl, CURLOPT_HTTPGET, 1)
            code = curl_easy_perform(curl)
        }
        transfer.response.status = rollcall_curl_get_long(curl, CURLINFO_RESPONSE_CODE)
        return transfer.outcome(code)
    }
}

/// libcurl's handle, cleaned up with its owner.
private final class OpaqueHandle {
    let pointer: UnsafeMutableRawPointer
    init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
    deinit { curl_easy_cleanup(pointer) }
}
