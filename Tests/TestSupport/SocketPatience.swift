internal import Glibc

/// How long a test's socket waits for its peer, both ways. As two numbers: whose structure a timeval is depends on the
/// order in which Swift meets the headers.
package func setPatience(_ descriptor: Int32, milliseconds: Int) {
    var limit = (milliseconds / 1000, milliseconds % 1000 * 1000)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
    }
}
