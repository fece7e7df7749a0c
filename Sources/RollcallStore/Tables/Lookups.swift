package import RollcallCore

/// How often gateways asked for an address: one row an address, by its local part in compare form, with the counts of
/// the last thirty days packed into it. It tells who would notice a delete.
package enum Lookups {
    /// Days that are kept, today's among them.
    static let days = 30

    package struct Hits: Equatable, Sendable {
        /// In the last seven days, today's among them.
        package var week: Int64 = 0
        /// In the last thirty.
        package var month: Int64 = 0

        package init(week: Int64 = 0, month: Int64 = 0) {
            self.week = week
            self.month = month
        }
    }

    package static func day(_ now: Timestamp) -> Int64 { now.seconds / 86_400 }

    package static func add(
        _ db: any Database, domain: Int64, _ hits: [[UInt8]: UInt64], on day: Int64
    ) throws {
        let reading = try db.bulk("SELECT day, counts FROM lookups WHERE domain_id = ? AND local = ?")
        let writing = try db.bulk(
            """
            INSERT INTO lookups (domain_id, local, day, counts) VALUES (?, ?, ?, ?)
            ON CONFLICT (domain_id, local) DO UPDATE SET day = excluded.day, counts = excluded.counts
            """)
        for (local, count) in hits {
            try local.withUnsafeBytes { local in
                var counts = LookupDays(day: day)
                reading.bind(0, domain)
                reading.bind(1, bytes: local)
                try reading.each { counts = LookupDays(day: $0.int(0), packed: $0.bytes(1)) }
                counts.add(count, on: day)
                writing.bind(0, domain)
                writing.bind(1, bytes: local)
                writing.bind(2, counts.day)
                try counts.packed.withUnsafeBytes { packed in
                    writing.bind(3, bytes: packed)
                    try writing.run()
                }
            }
        }
    }

    package static func hits(_ db: any Database, domain: Int64, local: [UInt8], on day: Int64) throws -> Hits {
        try db.first(
            "SELECT day, counts FROM lookups WHERE domain_id = ? AND local = ?", [.int(domain), .blob(local)]
        ) { LookupDays(day: $0.int(0), packed: $0.bytes(1)).hits(on: day) } ?? Hits()
    }

    /// Forgets addresses that nobody has asked for in the time that is kept.
    package static func prune(_ db: any Database, on day: Int64) throws {
        try db.execute("DELETE FROM lookups WHERE day <= ?", [.int(day - Int64(days))])
        try db.execute("DELETE FROM refusals WHERE day <= ?", [.int(day - Int64(days))])
    }

    // MARK: what enforcement would have refused

    package static func addRefused(_ db: any Database, domain: Int64, _ count: UInt64, on day: Int64) throws {
        try db.execute(
            """
            INSERT INTO refusals (domain_id, day, count) VALUES (?, ?, ?)
            ON CONFLICT (domain_id, day) DO UPDATE SET count = refusals.count + excluded.count
            """, [.int(domain), .int(day), .int(Int64(clamping: count))])
    }

    package static func refused(_ db: any Database, domain: Int64, on day: Int64) throws -> Hits {
        let days = try db.all(
            "SELECT day, count FROM refusals WHERE domain_id = ? AND day > ?",
            [.int(domain), .int(day - Int64(Self.days))]
        ) { (day: $0.int(0), count: $0.int(1)) }
        return Hits(
            week: days.filter { $0.day > day - 7 }.reduce(0) { $0 + $1.count }, month: days.reduce(0) { $0 + $1.count })
    }
}

/// Counts by day, the latest day first, each a varint.
struct LookupDays: Equatable {
    private(set) var day: Int64
    private(set) var counts: [UInt64] = []

    init(day: Int64) { self.day = day }

    init(day: Int64, packed: UnsafeRawBufferPointer) {
        self.day = day
        var reader = ByteReader(packed)
        while counts.count < Lookups.days, let count = reader.varint() { counts.append(count) }
    }

    var packed: [UInt8] {
        var bytes: [UInt8] = []
        for count in counts { bytes.append(varint: count) }
        return bytes
    }

    /// A clock that was set back counts on the latest day.
    mutating func add(_ count: UInt64, on new: Int64) {
        if new > day {
            let passed = Int(min(new - day, Int64(Lookups.days)))
            counts = Array((Array(repeating: 0, count: passed) + counts).prefix(Lookups.days))
            day = new
        }
        if counts.isEmpty { counts = [0] }
        counts[0] &+= count
    }

    func hits(on today: Int64) -> Lookups.Hits {
        var hits = Lookups.Hits()
        for (age, count) in counts.enumerated() {
            let passed = today - day + Int64(age)
            if passed < 7 { hits.week += Int64(clamping: count) }
            if passed < Int64(Lookups.days) { hits.month += Int64(clamping: count) }
        }
        return hits
    }
}
