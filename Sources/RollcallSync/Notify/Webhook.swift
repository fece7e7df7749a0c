internal import CCurl
internal import Crypto
internal import Foundation
internal import RollcallCore
internal import RollcallConnectors

/// Posts an event as JSON to a URL that a person chose: to that address and nowhere else, within `sync.networks`, and
/// signed, so that the receiver can tell that it comes from here and is fresh.
///
/// `X-Rollcall-Signature: sha256=HEX`, the HMAC-SHA256 with the shared secret over the value of `X-Rollcall-Timestamp`
/// (seconds since 1970), a full stop, and the body. A receiver compares in constant time and refuses old times.
struct Webhook {
    var url: String
    var secret: [UInt8]?
    var networks: NetworkPolicy
    var version: String
    var seconds: Int

    /// - Parameter now: the time that is signed.
    func send(_ body: [UInt8], event: ReportEvent, now: Timestamp) -> Delivery {
        guard let curl = CurlHandle() else { return Delivery([url], .later("libcurl could not be started")) }
        let scheme = url.hasPrefix("https://") ? "https" : "http"
        curl.prepare(url: url, scheme: scheme, seconds: seconds)
        curl.permit(only: networks)
        curl.set(CURLOPT_USERAGENT, "rollcall/\(version)")
        var headers = [
            "Content-Type: application/json", "Expect:", "X-Rollcall-Event: \(event.event.rawValue)",
            "X-Rollcall-Delivery: \(Visible.text(event.id))", "X-Rollcall-Timestamp: \(now.seconds)",
        ]
        if let secret {
            headers.append("X-Rollcall-Signature: sha256=\(Self.signature(body, at: now, secret: secret))")
        }
        curl.set(CURLOPT_HTTPHEADER, headers)
        curl.post(body)
        let code = curl.perform()
        if let forbidden = curl.forbidden {
            return Delivery([url], .later("its address \(forbidden) is not one that sync.networks allows"))
        }
        guard code == CURLE_OK else { return Delivery([url], .later(curl.message(code))) }
        switch curl.status {
        case 200..<300: return Delivery([url], .taken)
        case 300..<400:
            return Delivery([url], .later("it answers \(curl.status), a redirect, which is not followed"))
        case 408, 425, 429, 500...: return Delivery([url], .later("it answers \(curl.status)"))
        default: return Delivery([url], .refused("it answers \(curl.status)"))
        }
    }

    static func signature(_ body: [UInt8], at now: Timestamp, secret: [UInt8]) -> String {
        var mac = HMAC<SHA256>(key: SymmetricKey(data: secret))
        mac.update(data: Data("\(now.seconds).".utf8))
        mac.update(data: Data(body))
        return mac.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
