/// Retry-After in its two forms: seconds, or the date of RFC 9110.

internal import Glibc

enum RetryAfter {
    /// Seconds from `now`, at least 0; nil where the header says nothing that can be read.
    static func seconds(_ header: String, now: Int) -> Int? {
        if header.isEmpty { return nil }
        if header.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return Int(header) ?? Int(Int32.max) }
        guard let date = date(header) else { return nil }
        return max(0, date - now)
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT" as Unix time.
    static func date(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, time[0] < 24, time[1] < 60, time[2] <= 60, time.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        return days(year, month + 1, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Days since 1970-01-01 of a date of the Gregorian calendar.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

enum Clock {
    /// Unix time in seconds.
    static var now: Int { time(nil) }
}
