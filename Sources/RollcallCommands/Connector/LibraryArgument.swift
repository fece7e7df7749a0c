internal import Glibc

/// What `check` and `try` take: a library's file, and settings for it.
enum LibraryArgument {
    static func path(_ text: String) throws(Failure) -> String {
        guard let path = realpath(text, nil) else {
            throw Failure(.failed, "There is no library \(shown(text)).", hint: "Name the connector's .so file.")
        }
        defer { free(path) }
        return String(cString: path)
    }

    static func settings(_ arguments: [String]) throws(Failure) -> [(name: String, value: String)] {
        let pairs = try SettingPairs(arguments)
        guard pairs.host.isEmpty else {
            throw Failure(
                .badSettings, "\(pairs.host[0].id) is a setting of the host; a connector never sees it.",
                field: pairs.host[0].id)
        }
        return pairs.connector.map { (name: $0.id, value: $0.value) }
    }
}
