internal import FoundationEssentials

/// Where the installed product lies. The binary finds its configuration and its connectors relative to itself, so that
/// an installation can be moved, and two can stand side by side.
struct Layout: Sendable {
    /// The running program.
    let executable: String
    /// The folder above its `bin`.
    let prefix: String

    init(executable: String) {
        self.executable = executable
        var parts = executable.split(separator: "/").dropLast()
        if parts.last == "bin" { parts = parts.dropLast() }
        prefix = "/" + parts.joined(separator: "/")
    }

    static func current() throws(Failure) -> Layout {
        do {
            let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return Layout(executable: path)
        } catch {
            throw Failure(
                .failed, "The program cannot find out where it is installed: /proc/self/exe cannot be read.",
                hint: "Mount /proc.")
        }
    }

    /// The configuration to use: the option, the variable, the one of this installation, the system's.
    func configuration(
        option: String?, environment: [String: String]
    ) -> (path: String, mustExist: Bool) {
        if let option { return (option, true) }
        if let variable = environment["ROLLCALL_CONFIG"], !variable.isEmpty { return (variable, true) }
        let own = prefix + (prefix == "/" ? "" : "/") + "etc/rollcall/rollcall.yaml"
        if FileManager.default.fileExists(atPath: own) { return (own, false) }
        return ("/etc/rollcall/rollcall.yaml", false)
    }

    func absolute(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") ? path : (folder == "/" ? "/" : folder + "/") + path
    }
}
