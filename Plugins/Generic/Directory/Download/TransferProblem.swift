/// libcurl's reasons as sentences, each with the status that says who can mend it.

internal import CCurl
internal import ConnectorKit

struct TransferProblem {
    private let shown: String
    private let scheme: String
    private let transfer: Transfer

    init(_ shown: String, _ scheme: String, _ transfer: Transfer) {
        self.shown = shown
        self.scheme = scheme
        self.transfer = transfer
    }

    func stop(_ code: CURLcode) -> Stop {
        let reason = String(cString: curl_easy_strerror(code))
        let detail = transfer.message.isEmpty ? reason : "\(reason): \(transfer.message)"
        if let address = transfer.forbidden {
            return .denied(
                "\(shown) is at the address \(address), which connectors may not reach.", field: "location",
                detail: "sync.networks; \(detail)")
        }
        if transfer.isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return .badSettings("max_megabytes", "\(shown) is larger than the limit for downloads.", detail: detail)
        }
        if transfer.isDiskFull { return .unavailable("There is no room for the download of \(shown).", detail: detail) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .unavailable("The name of \(shown) could not be resolved.", detail: detail)
        case CURLE_COULDNT_CONNECT: return .unavailable("No connection to \(shown) could be made.", detail: detail)
        case CURLE_OPERATION_TIMEDOUT: return .unavailable("\(shown) did not answer in time.", detail: detail)
        case CURLE_PARTIAL_FILE:
            return .unavailable("\(shown) ended before all of it had arrived: the list is not whole.", detail: detail)
        case CURLE_TOO_MANY_REDIRECTS:
            return .badSettings("location", "\(shown) sends on more than 5 times.", detail: detail)
        case CURLE_UNSUPPORTED_PROTOCOL:
            return .badSettings(
                "location", "\(shown) sends on to an address of another kind than \(scheme), which is not followed.",
                detail: detail)
        case CURLE_URL_MALFORMAT: return .badSettings("location", "\(shown) is no usable URL.", detail: detail)
        case CURLE_LOGIN_DENIED:
            return .badSettings("password", "\(shown) refuses this user or password.", detail: detail)
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE:
            return .badSettings("location", "There is nothing at \(shown).", detail: detail)
        case CURLE_REMOTE_ACCESS_DENIED:
            return .denied("\(shown) does not let this user read the list.", field: "location", detail: detail)
        case CURLE_PEER_FAILED_VERIFICATION: return unverified(detail)
        case CURLE_SSL_CACERT_BADFILE:
            return .badSettings("ca_file", "The file of the certificate authority could not be read.", detail: detail)
        case CURLE_SSL_CONNECT_ERROR:
            return .badSettings(
                "location", "\(shown) and this machine found no common TLS, of version 1.2 or newer.", detail: detail)
        case CURLE_USE_SSL_FAILED:
            return .badSettings("location", "\(shown) does not offer TLS.", detail: detail)
        case CURLE_SSH: return ssh(detail)
        default: return .unavailable("\(shown) could not be read: \(reason).", detail: detail)
        }
    }

    /// Which check of a certificate failed: OpenSSL's number says it, and for a name that does not fit there is none.
    private func unverified(_ detail: String) -> Stop {
        if scheme == "sftp" {
            return .badSettings(
                "host_key", "\(shown) shows another host key than before.", detail: "it shows \(transfer.shownKey)")
        }
        // libcurl compares the name itself, after OpenSSL, and has only a text for it.
        let isOtherName = transfer.message.contains("target host") || transfer.message.contains("match host")
        let check =
            switch isOtherName ? 0 : transfer.verifyResult {
            case 0, 62, 64: "is made out to another name"
            case 9: "is not valid yet"
            case 10: "has expired"
            case 18: "is signed by itself"
            case 19: "is signed by an authority of its own"
            case 20, 21, 2, 27: "is signed by an authority that is not known here"
            case 23: "has been revoked"
            default: "could not be verified"
            }
        return .badSettings(
            "ca_file", "The certificate of \(shown) \(check).",
            detail: "\(detail) (verify result \(transfer.verifyResult))")
    }

    private func ssh(_ detail: String) -> Stop {
        if !transfer.shownKey.isEmpty, detail.contains("uthentication") {
            return .badSettings("password", "\(shown) refuses this user or password.", detail: detail)
        }
        return .unavailable("\(shown) could not be read.", detail: detail)
    }
}
