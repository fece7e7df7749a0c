/// What an author writes: one class that can be made from settings, asked, and told to read.
///
/// The kit calls one instance's functions one at a time and always from the same thread, so a connector needs no lock.
/// It may block: it has a process to itself.

/// One kind of directory.
public protocol Connector: AnyObject {
    /// The server type, for ever: `org.example.hr`.
    static var id: String { get }
    /// Of this connector: `1.2.0`.
    static var version: String { get }
    static var flags: ConnectorFlags { get }
    /// Raise it when stored settings need the method `upgrade`.
    static var settingsVersion: UInt32 { get }
    /// The Sync tab, as JSON.
    static var tab: String { get }

    /// Makes an instance. Nothing slow, no network; settings may be incomplete while the form is being filled in.
    init(settings: Pairs, host: Host) throws(Stop)

    /// The tab's business: `check`, `suggest`, `consent.begin`, `consent.finish`, `upgrade`, or the id of an action.
    /// Answers go through `host.answer`. Throw `.unsupported` for a method that you do not know.
    func call(_ method: String, arguments: Pairs, host: Host) throws(Stop)

    /// Reads the directory: all of it, or what has changed. To return is to say that the read was complete.
    func sync(_ request: SyncRequest, host: Host) throws(Stop)
}

extension Connector {
    public static var flags: ConnectorFlags { [] }
    public static var settingsVersion: UInt32 { 1 }
}

/// What the host may ask of a connector beyond a full sync.
public struct ConnectorFlags: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Can sync with mode delta.
    public static let deltas = ConnectorFlags(rawValue: 1 << 0)
    /// Can go on with an interrupted full sync from the state of its last checkpoint.
    public static let resumes = ConnectorFlags(rawValue: 1 << 1)
    /// Mode delta only finds out whether anything has changed: it returns with nothing emitted, or throws `.needFull`,
    /// and the same instance is then asked for the full sync.
    public static let probes = ConnectorFlags(rawValue: 1 << 2)
}

/// What a sync is to do.
public struct SyncRequest: Sendable {
    public enum Mode: Sendable { case full, delta }
    public let mode: Mode
    /// Delta: the state of the last checkpoint that was kept. Full: empty, or where an interrupted one stood.
    public let state: [UInt8]

    public init(mode: Mode, state: [UInt8]) {
        self.mode = mode
        self.state = state
    }
}
