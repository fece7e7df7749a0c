/// How long a run waits for a service that asks for it, and how.
///
/// Retry-After is the law, for everything that is asked of this tenant: there is one request at a time, and none until
/// the wait is over. Without the header the waits grow from one second to sixty, with jitter, and end after some
/// attempts. All waits of a run together have a limit; past it the run ends as unavailable, to be tried again later.
/// Waiting goes through the host, so that it is seen, can be cancelled, and can be refused.

internal import ConnectorKit

struct Patience {
    private(set) var waited = 0
    /// Milliseconds.
    private let longest = 3_600_000
    private let attempts: Int
    private var random = SystemRandomNumberGenerator()

    init(attempts: Int) { self.attempts = attempts }

    /// Waits after failure number `attempt`. `reason` says what went wrong, for the case that there is no more waiting.
    mutating func wait(
        after attempt: Int, retryAfter: String, _ host: Host, or reason: @autoclosure () -> Stop
    ) throws(Stop) {
        let milliseconds: Int
        if let seconds = RetryAfter.seconds(retryAfter, now: Clock.now) {
            // A service that says "now" still gets a pause.
            milliseconds = max(1, min(seconds, longest)) * 1000
        } else {
            guard attempt < attempts else { throw reason() }
            let step = min(60_000, 1000 << max(0, min(attempt - 1, 6)))
            milliseconds = Int.random(in: (step / 2)...step, using: &random)
        }
        guard waited + milliseconds <= longest else { throw reason() }
        waited += milliseconds
        do {
            try host.wait(milliseconds: UInt64(milliseconds))
        } catch {
            // The host would rather come again later: that deserves a reason.
            throw error.status == .unavailable && error.text.isEmpty ? reason() : error
        }
    }
}
