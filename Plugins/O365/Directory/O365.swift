/// The connector `o365`: the people, groups and contacts of a Microsoft 365 tenant, read through Microsoft Graph.
///
/// It reads three delta streams, so a full read and a delta are the same code. Rollcall's own part (what an address is,
/// which domain it belongs to, who has it already) is not done here: records are what the directory says.

public import ConnectorKit

public final class O365: Connector {
    public static let id = "o365"
    public static let version = "1.0.0"
    public static let flags: ConnectorFlags = [.deltas]

    private let options: Options

    public init(settings: Pairs, host: Host) throws(Stop) { options = Options(settings) }

    public func call(_ method: String, arguments: Pairs, host: Host) throws(Stop) {
        switch method {
        case "check": try Check(options, host).run()
        case "suggest": try Suggest(options, host).run(arguments.text("field"))
        case "consent.begin": try Consent(options).begin(arguments, host)
        case "consent.finish": try Consent(options).finish(arguments, host)
        default: throw .unsupported
        }
    }

    public func sync(_ request: SyncRequest, host: Host) throws(Stop) {
        let reading = try Reading(options, host)
        switch request.mode {
        case .full: try reading.full()
        case .delta: try reading.delta(request.state)
        }
    }
}
