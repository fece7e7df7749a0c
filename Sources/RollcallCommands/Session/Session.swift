internal import FoundationEssentials
internal import RollcallCore

/// What a verb works with: the configuration first, everything else when it is asked for. A verb that only reads the
/// configuration never touches the store.
final class Session {
    let console = Console()
    let json: Bool
    let configuration: Configuration

    init(_ options: GlobalOptions) throws(Failure) {
        json = options.json
        configuration = try Configuration.load(
            option: options.config, environment: ProcessInfo.processInfo.environment, layout: Layout.current())
    }
}
