internal import Glibc

/// What a host that was killed could not clean up: the worker ends by itself, its folder and its group stay.
enum Stale {
    /// The directories of workers in `parent` that belong to this user and are older than a minute.
    static func paths(in parent: String) -> [String] {
        guard let directory = opendir(parent) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        let now = time(nil)
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix("rollcall-worker-") else { continue }
            let path = parent + "/" + name
            var info = stat()
            guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR, info.st_uid == geteuid(),
                now - info.st_mtim.tv_sec > 60
            else { continue }
            found.append(path)
        }
        return found
    }
}
