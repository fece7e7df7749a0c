internal import FoundationEssentials
internal import RollcallCore

/// The settings that Rollcall itself gives to every source (cli.md, "Host settings' ids"): what each may hold, in one
/// sentence when it does not. Checked before anything is saved, so a run never meets a host setting that means nothing.
enum HostSetting {
    static let ids = [
        "auto.enabled", "auto.times_per_day", "auto.start_hour", "auto.time_zone", "notify.enabled",
        "notify.recipients", "notify.on", "notify.webhook", "exclude", "limit.accounts.add", "limit.accounts.delete",
        "limit.aliases.add", "limit.aliases.delete", "limit.lists.add", "limit.lists.delete", "limit.members.delete",
        "limit.total", "deleted", "disabled", "trust.expires", "trust.silence",
    ]

    static let standards = [
        "auto.enabled": "off", "auto.times_per_day": "1", "auto.time_zone": "UTC", "notify.enabled": "off",
        "notify.on": "every", "deleted": "grace:1", "disabled": "keep",
    ]

    /// Also for a mistyped one, so that `limit.account.add` is met with "did you mean" and not taken for a connector's.
    static func isHost(_ id: String) -> Bool {
        ids.contains(id) || ["auto.", "notify.", "limit.", "trust."].contains { id.hasPrefix($0) }
    }

    /// The value as it is kept, or an error that says what would have been right.
    static func checked(_ id: String, _ value: String) throws(Failure) -> String {
        func refuse(_ what: String, hint: String? = nil) -> Failure {
            Failure(.badSettings, "\(id) is “\(shown(value))”, but must be \(what).", hint: hint, field: id)
        }
        guard ids.contains(id) else {
            let meant = Nearest.word(to: id, among: ids).map { "; did you mean \($0)?" } ?? "."
            throw Failure(
                .badSettings, "There is no setting \(shown(id))\(meant)",
                hint: "`rollcall source show` lists all settings of a source.", field: id)
        }
        if value.isEmpty { return value }
        switch id {
        case "auto.enabled", "notify.enabled":
            guard let on = Switch.parse(value) else { throw refuse("on or off") }
            return on ? "on" : "off"
        case "auto.times_per_day":
            guard let times = Int(value), (1...4).contains(times) else { throw refuse("a number from 1 to 4") }
            return String(times)
        case "auto.start_hour":
            guard let hour = Int(value), (0...23).contains(hour) else { throw refuse("an hour from 0 to 23") }
            return String(hour)
        case "auto.time_zone":
            guard TimeZones.exists(value) else {
                throw refuse("a time zone", hint: "For example Europe/Berlin, or UTC.")
            }
            return value
        case "notify.on":
            guard ["every", "changes", "problems"].contains(value) else { throw refuse("every, changes or problems") }
            return value
        case "notify.recipients":
            return try Recipients.checked(value)
        case "notify.webhook":
            guard value.hasPrefix("https://") || value.hasPrefix("http://"), value.utf8.count > 8,
                !value.utf8.contains(where: { $0 <= 0x20 })
            else { throw refuse("a URL that starts with https:// or http://") }
            return value
        case "exclude":
            do {
                _ = try ExcludePatterns(value)
            } catch {
                throw Failure(
                    .badSettings, FailureMapping.sentence("\(error)"),
                    hint: "One pattern a line, for example forgetme[0-9]@domain.com or baduser@*.", field: id)
            }
            return value
        case "trust.expires":
            guard value.utf8.count == 10, let day = Timestamp("\(value)T00:00:00Z"),
                day.description.hasPrefix(value)
            else { throw refuse("the day on which the credentials end", hint: "For example 2027-03-31.") }
            return value
        case "trust.silence":
            if value == "off" { return value }
            guard let hours = Self.number(value), (1...8760).contains(hours) else {
                throw refuse("a number of hours from 1 to 8760, or off")
            }
            return String(hours)
        case "limit.total":
            guard value == "off" || Self.number(value) != nil else { throw refuse("a number or off") }
            return value
        case "deleted":
            if value == "at_once" || value == "keep" { return value }
            guard value.hasPrefix("grace:"), let days = Self.number(String(value.dropFirst(6))),
                (1...365).contains(days)
            else { throw refuse("at_once, keep, or grace:DAYS with 1 to 365 days") }
            return "grace:\(days)"
        case "disabled":
            guard value == "keep" || value == "leave_out" else { throw refuse("keep or leave_out") }
            return value
        default:
            guard value == "off" || Self.isNumberOrPercent(value) else {
                throw refuse("a number, a percentage like 10%, or off")
            }
            return value
        }
    }

    private static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = Int(text) else {
            return nil
        }
        return number
    }

    private static func isNumberOrPercent(_ text: String) -> Bool {
        guard text.hasSuffix("%") else { return number(text) != nil }
        guard let percent = number(String(text.dropLast())) else { return false }
        return (0...100).contains(percent)
    }
}

/// `on` and `off`, with the other words that people use.
enum Switch {
    static func parse(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "true", "yes", "1": true
        case "off", "false", "no", "0": false
        default: nil
        }
    }
}

/// Time zones are those of the system's database.
enum TimeZones {
    static func exists(_ name: String) -> Bool {
        if name == "UTC" { return true }
        let allowed = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"): true
            case UInt8(ascii: "-"), UInt8(ascii: "+"): true
            default: false
            }
        }
        guard allowed, !name.hasPrefix("/"), !name.isEmpty else { return false }
        guard let file = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)") else { return false }
        return file.starts(with: Array("TZif".utf8))
    }
}
