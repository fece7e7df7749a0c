internal import Glibc

/// Memory that grows in place where the system can do that (`realloc` moves pages, not bytes, for what is large), so that
/// building a snapshot of a million addresses does not need twice its size.
struct GrowingMemory {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var count = 0
    private var capacity: Int
    /// Once the system had no more to give: what came since then is not in it.
    private(set) var isExhausted = false

    init?(capacity: Int) {
        guard let start = malloc(capacity) else { return nil }
        self.start = start
        self.capacity = capacity
    }

    var bytes: UnsafeMutableRawBufferPointer { .init(start: start, count: count) }

    /// Room for so many bytes more, or `false` where there is none.
    private mutating func reserve(_ more: Int) -> Bool {
        guard count + more > capacity else { return !isExhausted }
        let larger = max(count + more, capacity + capacity / 2)
        guard !isExhausted, let moved = realloc(start, larger) else {
            isExhausted = true
            return false
        }
        start = moved
        capacity = larger
        return true
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard reserve(bytes.count) else { return }
        if let from = bytes.baseAddress { memcpy(start + count, from, bytes.count) }
        count += bytes.count
    }

    /// Zeroes, and where they begin.
    mutating func appendZeroes(_ number: Int) -> Int {
        guard reserve(number) else { return count }
        memset(start + count, 0, number)
        count += number
        return count - number
    }

    /// Gives back what is not used.
    mutating func trim() {
        if let moved = realloc(start, max(count, 1)) {
            start = moved
            capacity = count
        }
    }

    func discard() { free(start) }
}
