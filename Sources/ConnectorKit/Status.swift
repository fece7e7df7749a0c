/// How a call can end otherwise than well: the statuses of the interface, and the error that carries one to the host.
///
/// A connector throws `Stop`; the kit reports its text with the setting at fault and returns its status. What the host
/// itself answers to `emit`, `wait` or `checkpoint` arrives as a `Stop` too, without a text: let it pass.

internal import CRollcall

/// The classes of an unhappy end. What Rollcall does about each stands in the connector author's manual.
public enum Status: Int32, Sendable {
    case ok = 0
    /// Anything not below, bugs included.
    case failed = 1
    /// The host asked to stop, and the connector stopped.
    case cancelled = 2
    /// A person must change the form.
    case badSettings = 3
    /// A person must sign in or grant consent (again).
    case needConsent = 4
    /// Signed in, but not allowed to read what it takes.
    case denied = 5
    /// Network, throttling, maintenance: the same call may work later.
    case unavailable = 6
    /// The state is too old or foreign, or something has changed: a full sync is needed.
    case needFull = 7
    /// No such method.
    case unsupported = 8

    init(_ raw: rollcall_status) { self = Status(rawValue: raw) ?? .failed }
}

/// The end of a call before its time.
public struct Stop: Error, Sendable, CustomStringConvertible {
    public let status: Status
    /// The id of the setting at fault, or empty.
    public let field: String
    /// One sentence for the person at the tab. Empty: there is nothing to say (a cancel, or said already).
    public let text: String
    /// For the log and for support: an error code, a server's answer. Never a secret.
    public let detail: String

    public init(_ status: Status, _ text: String = "", field: String = "", detail: String = "") {
        self.status = status
        self.field = field
        self.text = text
        self.detail = detail
    }

    public static func failed(_ text: String, detail: String = "") -> Stop { Stop(.failed, text, detail: detail) }

    public static func badSettings(_ field: String, _ text: String, detail: String = "") -> Stop {
        Stop(.badSettings, text, field: field, detail: detail)
    }

    public static func needConsent(_ text: String, detail: String = "") -> Stop {
        Stop(.needConsent, text, detail: detail)
    }

    public static func denied(_ text: String, field: String = "", detail: String = "") -> Stop {
        Stop(.denied, text, field: field, detail: detail)
    }

    public static func unavailable(_ text: String, detail: String = "") -> Stop {
        Stop(.unavailable, text, detail: detail)
    }

    public static let cancelled = Stop(.cancelled)
    public static let needFull = Stop(.needFull)
    public static let unsupported = Stop(.unsupported)

    public var description: String {
        let place = field.isEmpty ? "" : " [\(field)]"
        return "\(status)\(place): \(text)" + (detail.isEmpty ? "" : " (\(detail))")
    }
}
