internal import Synchronization

/// How many requests were answered, by kind and by class of status: for the metrics.
final class RequestCounts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(_ style: Route.Style, _ status: Int) {
        let labels = "kind=\"\(style == .api ? "api" : "page")\",code=\"\(status / 100)xx\""
        counts.withLock { $0[labels, default: 0] += 1 }
    }

    var all: [(labels: String, count: Int)] {
        counts.withLock { $0.sorted { $0.key < $1.key }.map { (labels: $0.key, count: $0.value) } }
    }
}
