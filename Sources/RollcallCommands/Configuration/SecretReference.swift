internal import FoundationEssentials
internal import RollcallCore

/// Follows `file:PATH` and `cred:NAME` to the secret. A file's closing newline is not part of it: every editor puts one
/// there.
extension Configuration {
    func secret(_ name: String) throws(Failure) -> [UInt8]? {
        guard let reference = text(name), let value = values[name] else { return nil }
        let path: String
        if reference.hasPrefix("cred:") {
            let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? ""
            guard !folder.isEmpty else {
                throw Failure(
                    .configuration,
                    "\(value.origin.place): \(name) names a systemd credential, but the program runs without any.",
                    hint: "Use file:PATH, or start it from a unit with LoadCredential=.", field: name)
            }
            path = folder + "/" + reference.dropFirst(5)
        } else {
            path = absolute(String(reference.dropFirst(5)))
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw Failure(
                .configuration, "\(value.origin.place): \(name) cannot be read from \(path).",
                hint: "Make the file, readable for the user who runs rollcall only.", field: name)
        }
        var bytes = Array(data)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        SecretRegistry.shared.add(bytes)
        return bytes
    }
}
