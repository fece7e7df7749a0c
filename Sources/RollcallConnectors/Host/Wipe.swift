internal import CHostSystem

/// Overwrites memory that held a secret.
enum Wipe {
    static func bytes(_ bytes: UnsafeMutableRawBufferPointer) {
        if let base = bytes.baseAddress { rollcall_wipe(base, bytes.count) }
    }
}
