internal import RollcallCore

/// Connectors as the verbs need them.
extension Session {
    func requireConnector(_ type: String) throws {}
}
