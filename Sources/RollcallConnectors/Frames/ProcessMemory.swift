internal import CHostSystem

/// What a read of a directory took must not stay on top of what its plan takes.
package enum ProcessMemory {
    /// To be called first of all, by the host and by a worker.
    package static func returnsLargeBlocks() { rollcall_return_memory() }

    /// To be called between two things that take much.
    package static func trim() { rollcall_trim_memory() }
}
