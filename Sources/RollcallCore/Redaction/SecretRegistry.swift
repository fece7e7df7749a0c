internal import Synchronization

/// All secrets that this process has had in its hands, so that none of them leaves it by a log line, a problem or the
/// last words of a worker. Whoever opens a secret tells it here; whoever writes words that others read asks here.
package final class SecretRegistry: Sendable {
    package static let shared = SecretRegistry()

    private struct State {
        var redactor = Redactor()
        var known = Set<[UInt8]>()
        var order: [[UInt8]] = []
    }

    private let state = Mutex(State())
    /// The oldest go first: a long-lived server meets a new token with every run.
    private let most: Int

    package init(most: Int = 20_000) { self.most = most }

    package func add(_ secret: some Collection<UInt8>) {
        let bytes = Array(secret)
        guard bytes.count >= SecretForms.shortest else { return }
        state.withLock { state in
            guard state.known.insert(bytes).inserted else { return }
            state.order.append(bytes)
            guard state.order.count > most else { return state.redactor.add(bytes) }
            let gone = state.order.prefix(most / 10)
            state.known.subtract(gone)
            state.order.removeFirst(gone.count)
            state.redactor = Redactor()
            for secret in state.order { state.redactor.add(secret) }
        }
    }

    package func add(_ secret: String) { add(secret.utf8) }

    package var redactor: Redactor { state.withLock { $0.redactor } }

    package func redact(_ bytes: [UInt8]) -> [UInt8] { redactor.redact(bytes) }
    package func redact(_ text: String) -> String { redactor.redact(text) }
}
