import Foundation
import TestSupport
import Testing

@testable import RollcallCore

@Suite("Slots of a day")
struct SlotsTests {
    /// 48 zones: every offset there is, both hemispheres' summer times, changes at midnight, and half-hour ones.
    static let zones = [
        "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Kyiv", "Europe/Moscow", "Europe/Istanbul",
        "Atlantic/Azores", "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
        "America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu", "America/St_Johns",
        "America/Halifax", "America/Sao_Paulo", "America/Santiago", "America/Asuncion", "America/Havana",
        "America/Caracas", "America/Scoresbysund", "America/Nuuk", "Africa/Cairo", "Africa/Casablanca",
        "Africa/Johannesburg", "Africa/Lagos", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem", "Asia/Tehran",
        "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Shanghai",
        "Asia/Tokyo", "Australia/Adelaide", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
        "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati",
    ]

    /// A zone's offsets in a table, as asking Foundation millions of times takes minutes.
    static func offsets(_ name: String, from: Int64, to: Int64) throws -> Slots.Offset {
        let zone = try #require(TimeZone(identifier: name), "\(name)")
        func offset(_ at: Int64) -> Int64 {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at))))
        }
        // By the quarter of an hour: no clock is changed in between.
        let count = Int((to - from) / 900) + 1
        var table = [Int64](repeating: 0, count: count)
        var quarter = 0
        while quarter < count {
            // A day's beginning and end tell whether there is anything to look at between them.
            let (day, next) = (offset(from + Int64(quarter) * 900), offset(from + Int64(quarter + 96) * 900))
            for index in quarter..<min(quarter + 96, count) {
                table[index] = day == next ? day : offset(from + Int64(index) * 900)
            }
            quarter += 96
        }
        let fixed = table
        return { moment in fixed[Int((moment - from) / 900)] }
    }

    @Test("five years of every zone, one to four times a day: each local day has exactly its slots", arguments: zones)
    func exactly(zone: String) throws {
        let (first, count) = (Int64(20_454), Int64(5 * 365 + 1))
        let offset = try Self.offsets(zone, from: (first - 5) * 86_400, to: (first + count + 5) * 86_400)
        for times in 1...4 {
            for hour in [nil, 2] as [Int?] {
                let slots = Slots(timesPerDay: times, startHour: hour, name: "example.com/ldap", offset: offset)
                var last = Int64.min
                var runs: [Int64: Int] = [:]
                var flaws: [String] = []
                for day in first..<(first + count) {
                    for slot in slots.slots(ofDay: day) {
                        if slot.at <= last { flaws.append("\(times) \(slot) is not after the one before") }
                        last = slot.at
                        let local = slot.at + offset(slot.at)
                        // Only a clock change at midnight can push a moment off its day, and just to its end.
                        if local / 86_400 != day, local % 86_400 >= 7_200 { flaws.append("\(times) \(slot)") }
                        runs[day, default: 0] += 1
                    }
                }
                #expect(flaws.isEmpty)
                #expect(runs.count == Int(count) && runs.values.allSatisfy { $0 == times })
            }
        }
    }

    @Test("whoever looks at irregular moments meets every slot once, in its order", arguments: zones)
    func walking(zone: String) throws {
        let start = Int64(20_454) * 86_400
        let end = start + 5 * 366 * 86_400
        let offset = try Self.offsets(zone, from: start - 10 * 86_400, to: end + 10 * 86_400)
        var random = SeededGenerator(seed: 23)
        let slots = Slots(timesPerDay: 4, startHour: nil, name: zone, offset: offset)
        var (now, met) = (start, [String]())
        var flaws: [String] = []
        while now < end {
            let next = slots.next(after: now)
            let isRight =
                next.at > now && slots.last(atOrBefore: next.at) == next && slots.last(atOrBefore: next.at - 1) != next
            if !isRight { flaws.append(next.key) }
            met.append(next.key)
            // Sometimes late, but not by a whole distance.
            now = next.at + Int64(random.below(60))
        }
        #expect(flaws.isEmpty)
        #expect(Set(met).count == met.count)
        #expect(abs(met.count - 4 * 5 * 366) <= 8, "\(zone): \(met.count)")
    }

    @Test("a domain without a start hour is spread over the day by its name")
    func spread() {
        let firsts = (0..<1000).map {
            Slots(timesPerDay: 1, startHour: nil, name: "d\($0).example/ldap", offset: { _ in 0 }).first
        }
        let hours = Dictionary(grouping: firsts) { $0 / 3600 }
        #expect(hours.count == 24)
        #expect(hours.values.allSatisfy { $0.count < 100 })
    }
}

@Suite("Back-off")
struct BackOffTests {
    @Test(
        "by class and number of failures",
        arguments: [
            (.failed, 1, 60), (.failed, 2, 120), (.failed, 3, 300), (.failed, 4, 900), (.failed, 5, 3600),
            (.failed, 500, 3600), (.crashed, 1, 60), (.hung, 2, 120), (.limit, 9, 3600), (.denied, 1, 3600),
            (.badSettings, 1, nil), (.needConsent, 7, nil),
        ] as [(ProblemClass, Int, Int64?)])
    func table(class: ProblemClass, failures: Int, delay: Int64?) {
        #expect(BackOff.delay(after: `class`, failures: failures) == delay)
    }

    @Test("an unavailable directory is come back to spread out, or when it has said")
    func unavailable() {
        let delays = (0..<200).map { BackOff.delay(after: .unavailable, failures: 3, seed: "run \($0)") ?? 0 }
        #expect(delays.allSatisfy { (240...360).contains($0) })
        #expect(Set(delays).count > 20)
        #expect(BackOff.delay(after: .unavailable, failures: 1, wait: 5_400) == 5_400)
        #expect(BackOff.delay(after: .unavailable, failures: 1, wait: 1 << 40) == BackOff.longestWait)
    }
}

@Suite("Taking turns")
struct FairOrderTests {
    @Test("a customer with many does not keep the others waiting")
    func turns() {
        let many = (0..<100).map { FairOrder.Waiting("big\($0)", customer: "big", since: Int64($0)) }
        let few = [FairOrder.Waiting("small", customer: "small", since: 1_000)]
        #expect(FairOrder.order(many + few, atWork: [:]).firstIndex(of: "small") == 1)
        #expect(FairOrder.order(many + few, atWork: ["big": 3]).first == "small")
        #expect(FairOrder.order(many + few, atWork: ["small": 1]).firstIndex(of: "small") == 2)
    }

    @Test("of one customer the one that has waited longest comes first, and nobody is lost")
    func oldest() {
        var random = SeededGenerator(seed: 5)
        let all = (0..<500).map {
            FairOrder.Waiting($0, customer: "c\(random.below(7))", since: Int64(random.below(99)))
        }
        let order = FairOrder.order(all, atWork: ["c1": 4])
        #expect(order.sorted() == Array(0..<500))
        for customer in 0..<7 {
            let own = order.filter { all[$0].customer == "c\(customer)" }.map { all[$0].since }
            #expect(own == own.sorted())
        }
    }
}
