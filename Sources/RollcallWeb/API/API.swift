internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// All routes of the API.
enum API {
    static let routes: [Route] = []
}
