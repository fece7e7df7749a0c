/// What a delta starts from: one link for each stream, and what the links do not remember. Written with the data that it
/// belongs to, or not at all.

internal import ConnectorKit

struct State {
    static let version = "o365 1"

    var tenant: String
    /// When the last full read ended, Unix time.
    var fullAt: Int
    var links: [Stream: String] = [:]
    /// Digest of who was in the groups that accounts are limited to.
    var scope = ""
    /// Groups in the recycle bin.
    var binned: [String] = []
    /// Groups that came back out of it, with the time: members who were themselves in the bin then come back later, and
    /// no delta tells of that.
    var watched: [(group: String, since: Int)] = []

    /// Users in the recycle bin, as hashes: when one comes back, groups that are watched are asked for their members.
    var binnedUsers: [UInt32] = []

    /// As long as the directory keeps what was deleted, and a little more.
    private static let binLife = 32 * 86_400

    mutating func watch(_ groups: [String], now: Int) {
        watched.removeAll { now - $0.since > Self.binLife || groups.contains($0.group) }
        watched += groups.map { ($0, now) }
        if watched.count > 50 { watched.removeFirst(watched.count - 50) }
    }

    init(tenant: String, fullAt: Int) {
        self.tenant = tenant
        self.fullAt = fullAt
    }

    var bytes: [UInt8] {
        var lines = [Self.version, "tenant \(tenant)", "full \(fullAt)", "scope \(scope)"]
        for stream in Stream.allCases {
            if let link = links[stream] { lines.append("\(stream.rawValue) \(link)") }
        }
        lines += binned.map { "binned \($0)" }
        if !binnedUsers.isEmpty {
            lines.append("users-binned " + binnedUsers.map { String($0, radix: 36) }.joined(separator: ","))
        }
        lines += watched.map { "watched \($0.since) \($0.group)" }
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// nil for what no version of this connector wrote.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Self.version[...] else { return nil }
        tenant = ""
        fullAt = 0
        for line in lines.dropFirst() {
            guard let space = line.utf8.firstIndex(of: 0x20) else { return nil }
            let value = String(line[line.utf8.index(after: space)...])
            switch line[..<space] {
            case "tenant": tenant = value
            case "full": fullAt = Int(value) ?? 0
            case "scope": scope = value
            case "binned": binned.append(value)
            case "users-binned": binnedUsers = value.split(separator: ",").compactMap { UInt32($0, radix: 36) }
            case "watched":
                let parts = value.split(separator: " ")
                guard parts.count == 2, let since = Int(parts[0]) else { return nil }
                watched.append((String(parts[1]), since))
            default:
                guard let stream = Stream(rawValue: String(line[..<space])) else { return nil }
                links[stream] = value
            }
        }
        guard !tenant.isEmpty, links[.users] != nil, links[.groups] != nil else { return nil }
    }
}
