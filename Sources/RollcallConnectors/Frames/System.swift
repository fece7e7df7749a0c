internal import CHostSystem
internal import Glibc

/// The few system calls that several files use, retried when a signal interrupts them, with the negative errno as
/// failure.
enum System {
    static func read(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if got >= 0 { return got }
            if errno != EINTR { return -Int(errno) }
        }
    }

    static func write(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        while true {
            // Not write(): a worker that has just died must not send the host a SIGPIPE.
            let put = Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            if put >= 0 { return put }
            if errno != EINTR { return -Int(errno) }
        }
    }

    /// Nanoseconds of a clock that no administrator can set.
    static func now() -> UInt64 { rollcall_clock() }

    static func describe(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}
