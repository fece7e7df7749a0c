internal import CHostSystem

/// The host's memory is nobody else's: no other process of the same user may look into it, and a crash leaves no core.
package enum HostProcess {
    package static func protect() {
        _ = rollcall_not_dumpable()
        _ = rollcall_limit(ROLLCALL_LIMIT_CORE, 0)
    }
}
