internal import CHostSystem

/// Shuts the worker in, before any code of the connector runs: a library's constructors run while it is loaded. Each
/// step is best effort, since kernels differ, but for the last: without the system call filter nothing is loaded.
/// The order matters; so does that there is one thread only.
enum Sandbox {
    /// What a client library reads on any system: code, certificates, name service, time zones, character sets.
    /// `/proc` as a whole, not only this process's part: libdispatch's pool monitor opens `/proc/<thread>/stat` and traps
    /// when it may not.
    private static let read = [
        "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
        "/etc/ca-certificates.conf", "/usr/share", "/usr/local/share", "/etc/resolv.conf", "/run/systemd/resolve",
        "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services", "/etc/protocols",
        "/etc/localtime", "/etc/timezone", "/etc/locale.alias", "/etc/ldap", "/etc/openldap", "/etc/krb5.conf",
        "/etc/krb5.conf.d", "/etc/passwd", "/etc/group", "/etc/crypto-policies", "/etc/gnutls", "/proc",
        "/sys/devices/system/cpu", "/dev/urandom", "/dev/random", "/dev/zero",
    ]
    private static let execute = [
        "/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/local/lib",
    ]

    enum Flaw: Error { case filter(Int32) }

    static func enter(_ job: Job) throws(Flaw) {
        _ = rollcall_no_new_privileges()
        _ = rollcall_not_dumpable()
        _ = rollcall_limit(ROLLCALL_LIMIT_CORE, 0)
        _ = rollcall_limit(ROLLCALL_LIMIT_FILES, max(job.files, 64))
        _ = rollcall_limit(ROLLCALL_LIMIT_FILE_SIZE, job.fileSize)
        // Stacks and arenas count as data without being used; the host looks at what is really resident.
        if job.memory > 0 { _ = rollcall_limit(ROLLCALL_LIMIT_DATA, job.memory + (64 << 20)) }
        umaskPrivate()
        rollcall_nice(10)
        files(job)
        let filtered = rollcall_seccomp(job.mayExecute ? 1 : 0, job.mayListen ? 1 : 0)
        guard filtered == 0 else { throw .filter(-filtered) }
    }

    private static func files(_ job: Job) {
        let rules = rollcall_landlock_begin(job.ports == nil ? 0 : 1)
        guard rules >= 0 else { return }
        let reads = Int32(ROLLCALL_MAY_READ)
        let executes = Int32(ROLLCALL_MAY_READ | ROLLCALL_MAY_EXECUTE)
        for path in read { _ = rollcall_landlock_path(rules, path, reads) }
        for path in execute { _ = rollcall_landlock_path(rules, path, executes) }
        if job.mayExecute {
            for path in ["/bin", "/usr/bin", "/usr/local/bin"] { _ = rollcall_landlock_path(rules, path, executes) }
        }
        _ = rollcall_landlock_path(rules, folder(of: job.library), executes)
        _ = rollcall_landlock_path(rules, "/dev/null", reads | Int32(ROLLCALL_MAY_WRITE))
        for path in job.readable { _ = rollcall_landlock_path(rules, path, reads) }
        if !job.temporary.isEmpty {
            _ = rollcall_landlock_path(rules, job.temporary, reads | Int32(ROLLCALL_MAY_WRITE))
        }
        for port in job.ports ?? [] { _ = rollcall_landlock_port(rules, port) }
        _ = rollcall_landlock_enforce(rules)
    }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
