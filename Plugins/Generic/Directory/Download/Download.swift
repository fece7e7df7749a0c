/// Fetching a list: the question whether it has changed, the waiting that a server asks for, and what comes of it.

internal import CCurl
internal import ConnectorKit

struct Download {
    let url: String
    let scheme: String
    let options: Options
    let host: Host

    /// A list that is here as a file, with what the next request can refer to.
    struct Fetched {
        var file: InputFile
        var digest: Digest
        var etag: String
        var modified: String
    }

    /// nil: the server says that it has not changed since `known`.
    func fetch(known: SourceState?) throws(Stop) -> Fetched? {
        guard rollcall_curl_supports(scheme) == 1 else {
            throw .badSettings("location", "The libcurl of this machine does not speak \(scheme).")
        }
        if scheme == "http", !options.password.isEmpty {
            host.log(.warn, "The password is sent to \(shown) without encryption; use https.")
        }
        for attempt in 1... {
            try host.checkCancelled()
            let transfer = try Transfer(host, sizeLimit: options.sizeLimit)
            transfer.prepare(url: url, scheme: scheme, options: options, headers: conditions(known))
            let code = transfer.perform()
            if transfer.isCancelled { throw .cancelled }
            if code != CURLE_OK { throw TransferProblem(shown, scheme, transfer).stop(code) }
            if scheme == "sftp", options.hostKey.isEmpty, !transfer.shownKey.isEmpty {
                host.log(.info, "The host key of \(shown) was seen for the first time and is kept.")
                try host.save("host_key", transfer.shownKey)
            }
            guard scheme == "http" || scheme == "https" else { return try fetched(transfer) }
            switch transfer.status {
            case 200: return try fetched(transfer)
            case 304 where known != nil: return nil
            case 429, 503:
                guard transfer.retryAfter > 0, attempt < 4 else { throw statusProblem(transfer) }
                host.log(.info, "\(shown) asks to come again in \(transfer.retryAfter) s.")
                try host.wait(milliseconds: UInt64(transfer.retryAfter) * 1000)
            default: throw statusProblem(transfer)
            }
        }
        throw .unavailable("\(shown) could not be read.")
    }

    private func conditions(_ known: SourceState?) -> [String] {
        guard scheme == "http" || scheme == "https", let known else { return [] }
        var headers: [String] = []
        if !known.etag.isEmpty { headers.append("If-None-Match: \(known.etag)") }
        if !known.modified.isEmpty { headers.append("If-Modified-Since: \(known.modified)") }
        return headers
    }

    private func fetched(_ transfer: Transfer) throws(Stop) -> Fetched {
        let count = transfer.spool.count
        if transfer.hasExcess { throw shortened("sent more than it announced") }
        if transfer.headers["transfer-encoding"] == nil, let text = transfer.headers["content-length"] {
            guard let announced = Int64(text), announced == count else {
                throw shortened("announced \(text) bytes and sent \(count)")
            }
        } else if scheme.hasPrefix("http"), transfer.headers["transfer-encoding"] == nil {
            host.log(.warn, "\(shown) does not say how long the list is: a list that is cut behind a row looks whole.")
        }
        return Fetched(
            file: try transfer.spool.finish(name: shown), digest: transfer.spool.digest,
            etag: transfer.headers["etag"] ?? "", modified: transfer.headers["last-modified"] ?? "")
    }

    private func shortened(_ what: String) -> Stop { .unavailable("\(shown) \(what): the list is not whole.") }

    private func statusProblem(_ transfer: Transfer) -> Stop {
        let status = transfer.status
        let detail = "HTTP status \(status)"
        switch status {
        case 300..<400 where !transfer.redirect.isEmpty:
            return .badSettings(
                "location", "\(shown) sends on to \(Self.shown(transfer.redirect)); enter that address.", detail: detail
            )
        case 401:
            return options.user.isEmpty && options.password.isEmpty
                ? .badSettings("user", "\(shown) asks for a user and a password.", detail: detail)
                : .badSettings("password", "\(shown) refuses this user or password.", detail: detail)
        case 403: return .denied("\(shown) does not let this user read the list.", field: "user", detail: detail)
        case 404, 410: return .badSettings("location", "There is nothing at \(shown).", detail: detail)
        case 407: return .badSettings("location", "The proxy asks for a password.", detail: detail)
        case 408, 425, 429, 500...:
            return .unavailable("\(shown) is not able to answer (status \(status)).", detail: detail)
        default: return .badSettings("location", "\(shown) answers with status \(status) and no list.", detail: detail)
        }
    }

    var shown: String { Self.shown(url) }

    /// Without the query, which may hold a key, and without a user.
    static func shown(_ url: String) -> String {
        let end = url.utf8.firstIndex { $0 == 0x3F || $0 == 0x23 } ?? url.endIndex
        let plain = url[..<end]
        guard let colon = plain.utf8.firstIndex(of: 0x3A) else { return String(plain) }
        let from = plain.utf8.index(colon, offsetBy: 3, limitedBy: plain.endIndex) ?? plain.endIndex
        let pathStart = plain[from...].utf8.firstIndex(of: 0x2F) ?? plain.endIndex
        guard let at = plain[from..<pathStart].utf8.lastIndex(of: 0x40) else { return String(plain) }
        return String(plain[..<from]) + String(plain[plain.utf8.index(after: at)...])
    }
}
