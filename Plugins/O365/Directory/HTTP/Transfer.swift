/// What libcurl's callbacks need and learn during one request.

internal import CCurl
internal import ConnectorKit
internal import Glibc

final class Transfer {
    var response = HTTPResponse()
    private var host: Host?
    private var body: BodyBuffer?
    private var isTooLarge = false
    private var isCancelled = false
    private var forbidden: String?

    func begin(_ host: Host, _ body: BodyBuffer) {
        self.host = host
        self.body = body
        body.clear()
        response = HTTPResponse()
        isTooLarge = false
        isCancelled = false
        forbidden = nil
    }

    func end() {
        host = nil
        body = nil
    }

    func outcome(_ code: CURLcode) -> HTTPOutcome {
        if isCancelled { return .cancelled }
        if isTooLarge { return .tooLarge }
        if let forbidden { return .forbidden(address: forbidden) }
        guard code == CURLE_OK else { return .broken(code: code, text: String(cString: curl_easy_strerror(code))) }
        return .response(response)
    }

    fileprivate func take(_ bytes: Bytes) -> Bool {
        guard let body, body.count + bytes.count <= Transport.sizeLimit else {
            isTooLarge = true
            return false
        }
        body.append(bytes)
        return true
    }

    fileprivate func header(_ line: Bytes) {
        // A new status line (100 Continue, a proxy's answer) begins a new set of headers.
        if line.starts(with: "HTTP/".utf8) { response = HTTPResponse() }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = Text.lowered(String(decoding: line[..<colon], as: UTF8.self))
        let value = Text.oneLine(String(decoding: line[(colon + 1)...], as: UTF8.self))
        let trimmed = String(value.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        switch name {
        case "content-type": response.contentType = trimmed
        case "retry-after": response.retryAfter = trimmed
        case "request-id": response.requestID = trimmed
        default: break
        }
    }

    fileprivate func shouldStop() -> Bool {
        if host?.isCancelled == true { isCancelled = true }
        return isCancelled
    }

    /// Asks the host about the address that is really connected to.
    fileprivate func permits(_ address: UnsafePointer<curl_sockaddr>) -> Bool {
        // The address is longer than the struct sockaddr that stands for it: it must be pointed at, not copied.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return true }
        let peer = UnsafeRawPointer(address).advanced(by: offset).assumingMemoryBound(to: sockaddr.self)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(peer, address.pointee.addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
        else { return true }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let bare = String(text.prefix { $0 != "%" })
        if host?.permits(address: bare) ?? true { return true }
        forbidden = bare
        return false
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

let takeBody: rollcall_curl_data = { bytes, size, count, context in
    guard let transfer = transfer(context), let bytes else { return 0 }
    return transfer.take(Bytes(start: bytes, count: size * count)) ? size * count : 0
}

let takeHeader: rollcall_curl_data = { bytes, size, count, context in
    guard let transfer = transfer(context), let bytes else { return 0 }
    transfer.header(Bytes(start: bytes, count: size * count))
    return size * count
}

let lookForCancel: rollcall_curl_progress = { context, _, _, _, _ in transfer(context)?.shouldStop() == true ? 1 : 0 }

let openSocket: rollcall_curl_open_socket = { context, _, address in
    guard let address, let transfer = transfer(context), transfer.permits(address) else { return CURL_SOCKET_BAD }
    // curl_sockaddr is laid out for socket(2) already.
    return socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.`protocol`)
}
