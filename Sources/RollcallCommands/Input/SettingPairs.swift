internal import RollcallCore

/// `KEY=VALUE` arguments, taken apart into host settings and the connector's own. An empty value removes a setting, that
/// is, brings its default back.
struct SettingPairs {
    private(set) var host: [(id: String, value: String)] = []
    private(set) var connector: [(id: String, value: String)] = []

    init(_ arguments: [String]) throws(Failure) {
        for argument in arguments {
            guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
                throw Failure(
                    .usage, "“\(shown(argument))” is no setting: KEY=VALUE is expected.",
                    hint: "An empty VALUE brings the default back.")
            }
            let id = String(argument[..<equals])
            let value = String(argument[argument.index(after: equals)...])
            let bytes = value.utf8
            guard !bytes.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 || $0 == 0x7F }) else {
                throw Failure(.badSettings, "The value of \(shown(id)) has a control character in it.", field: id)
            }
            if HostSetting.isHost(id) { host.append((id, value)) } else { connector.append((id, value)) }
        }
    }
}
