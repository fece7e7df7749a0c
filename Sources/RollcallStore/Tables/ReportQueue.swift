package import RollcallCore

/// A message that is to be sent, or was: one event by one channel. It is put into the queue in the transaction that makes
/// the event true, and sent by whoever claims it first, so that retries, restarts and several processes never tell an
/// event twice.
package struct QueuedReport: Equatable, Sendable {
    package enum State: String, Sendable {
        case queued, sent
        /// Nobody took it, for good.
        case refused
        /// Nobody took it for two days.
        case expired
    }

    package enum Channel: String, Sendable, CaseIterable { case mail, webhook }

    package var id: Int64
    package var event: String
    package var channel: Channel
    package var source: Int64
    /// What it is about, coarser than the event: `failed:unavailable`. Tells a repetition from news.
    package var topic: String
    /// Those who have not taken it yet: addresses, or the webhook's URL.
    package var recipients: [String]
    /// The event as JSON; what is sent is made of it when it is sent.
    package var content: [UInt8]
    package var createdAt: Timestamp
    package var state: State
    package var nextAt: Timestamp
    package var tries: Int
    /// Why it could not be sent, the last time.
    package var flaw: String?
}

package enum ReportQueue {
    /// Puts a message into the queue, unless its event is there already by this channel.
    package static func add(
        _ db: any Database, event: String, channel: QueuedReport.Channel, source: Int64, topic: String,
        recipients: [String], content: [UInt8], at now: Timestamp
    ) throws {
        try db.execute(
            """
            INSERT INTO reports (id, event, channel, source_id, topic, recipients, content, created_at, state, next_at,
                tries, claimed_until, flaw)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, 0, 0, NULL) ON CONFLICT (event, channel) DO NOTHING
            """,
            [
                .int(try Meta.next(db, "report")), .text(event), .text(channel.rawValue), .int(source), .text(topic),
                .text(recipients.joined(separator: "\n")), .blob(content), .int(now.seconds), .int(now.seconds),
            ])
    }

    package static func has(_ db: any Database, event: String, channel: QueuedReport.Channel) throws -> Bool {
        try db.count(
            "SELECT COUNT(*) FROM reports WHERE event = ? AND channel = ?", [.text(event), .text(channel.rawValue)]) > 0
    }

    /// The next message that is due, for the caller alone until `patience` seconds have passed: a process that dies
    /// while it sends gives the message back by that.
    package static func claim(
        _ db: any Database, channel: QueuedReport.Channel, at now: Timestamp, patience: Int64, source: Int64? = nil
    ) throws -> QueuedReport? {
        try db.first(
            """
            UPDATE reports SET claimed_until = ?, tries = tries + 1 WHERE id = (
                SELECT id FROM reports
                WHERE state = 'queued' AND channel = ? AND next_at <= ? AND claimed_until <= ?
                    \(source == nil ? "" : "AND source_id = ?")
                ORDER BY next_at, id LIMIT 1)
            RETURNING \(columns)
            """,
            [.int(now.seconds + patience), .text(channel.rawValue), .int(now.seconds), .int(now.seconds)]
                + (source.map { [.int($0)] } ?? []), row)
    }

    /// Whether anything is due, without a claim: a look that writes nothing.
    package static func isDue(_ db: any Database, channel: QueuedReport.Channel, at now: Timestamp) throws -> Bool {
        try db.count(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM reports
            WHERE state = 'queued' AND channel = ? AND next_at <= ? AND claimed_until <= ? LIMIT 1) AS due
            """, [.text(channel.rawValue), .int(now.seconds), .int(now.seconds)]) > 0
    }

    /// Writes down what has become of a claimed message, and lets it go.
    package static func settle(_ db: any Database, _ report: QueuedReport) throws {
        try db.execute(
            """
            UPDATE reports SET recipients = ?, state = ?, next_at = ?, tries = ?, flaw = ?, claimed_until = 0
            WHERE id = ?
            """,
            [
                .text(report.recipients.joined(separator: "\n")), .text(report.state.rawValue),
                .int(report.nextAt.seconds), .int(Int64(report.tries)), SQLValue(report.flaw), .int(report.id),
            ])
    }

    /// The source's latest message whose topic begins like this, by whatever channel.
    package static func last(_ db: any Database, source: Int64, topics prefixes: [String]) throws -> QueuedReport? {
        let likes = prefixes.map { _ in "topic LIKE ?" }.joined(separator: " OR ")
        return try db.first(
            "SELECT \(columns) FROM reports WHERE source_id = ? AND (\(likes)) ORDER BY id DESC LIMIT 1",
            [.int(source)] + prefixes.map { .text($0 + "%") }, row)
    }

    /// The latest message that did not reach everybody, unless a later one did.
    package static func flawed(_ db: any Database, source: Int64) throws -> QueuedReport? {
        try db.first(
            """
            SELECT \(columns) FROM reports WHERE source_id = ? AND state <> 'queued' AND flaw IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM reports AS later WHERE later.source_id = reports.source_id
                    AND later.channel = reports.channel AND later.state = 'sent' AND later.flaw IS NULL
                    AND later.id > reports.id)
            ORDER BY id DESC LIMIT 1
            """, [.int(source)], row)
    }

    package static func list(_ db: any Database, source: Int64) throws -> [QueuedReport] {
        try db.all("SELECT \(columns) FROM reports WHERE source_id = ? ORDER BY id", [.int(source)], row)
    }

    /// How many there are in each state.
    package static func counts(_ db: any Database) throws -> [(channel: String, state: String, count: Int64)] {
        try db.all("SELECT channel, state, COUNT(*) FROM reports GROUP BY channel, state ORDER BY channel, state") {
            (channel: $0.text(0), state: $0.text(1), count: $0.int(2))
        }
    }

    /// Forgets old messages that are no longer on their way.
    @discardableResult
    package static func prune(_ db: any Database, createdBefore moment: Timestamp) throws -> Int {
        try db.execute("DELETE FROM reports WHERE state <> 'queued' AND created_at < ?", [.int(moment.seconds)])
    }

    private static let columns =
        "id, event, channel, source_id, topic, recipients, content, created_at, state, next_at, tries, flaw"

    private static func row(_ row: any Row) throws -> QueuedReport {
        guard let channel = QueuedReport.Channel(rawValue: row.text(2)),
            let state = QueuedReport.State(rawValue: row.text(8))
        else {
            throw StoreError(.corrupt, "report \(row.int(0)) of the queue cannot be read", hint: "restore a backup")
        }
        return QueuedReport(
            id: row.int(0), event: row.text(1), channel: channel, source: row.int(3), topic: row.text(4),
            recipients: row.text(5).split(separator: "\n").map(String.init), content: row.blob(6),
            createdAt: Timestamp(seconds: row.int(7)), state: state, nextAt: Timestamp(seconds: row.int(9)),
            tries: Int(row.int(10)), flaw: row.optionalText(11))
    }
}
