internal import RollcallCore

/// The rules by which gateways are answered, over books that lie in memory: pure, without an allocation for an ordinary
/// key. A wrong "no such user" loses mail, a wrong "yes" costs one bounce, "try later" a delay; so what is known is
/// always accepted, and "no such user" is said only by a book that is complete and beyond doubt.
package struct Answerer {
    package let policy: AnswerPolicy
    private var key = LookupKey()

    package init(_ policy: AnswerPolicy = AnswerPolicy()) { self.policy = policy }

    /// - `data`: gets what stands behind `OK`; never empty after an `OK`.
    /// - `now`: seconds, for staleness.
    package mutating func answer(
        _ map: GatewayMap, _ asked: UnsafeRawBufferPointer, _ books: Books, now: Int64, data: inout [UInt8]
    ) -> Verdict {
        data.removeAll(keepingCapacity: true)
        key.read(asked)
        switch map {
        case .recipients:
            guard key.hasAt else { return Verdict(.notFound, .noAddress) }
            return inDomain(books) { recipient($0, $1, books, now, &data) }
        case .aliases:
            // A bare domain with an OK would become a virtual alias domain.
            guard key.hasAt else { return Verdict(.notFound, .noAddress) }
            return inDomain(books) { alias($0, $1, books, now, &data) }
        case .domains:
            guard !key.hasAt, !key.domain.isEmpty else { return Verdict(.notFound, .noDomain) }
            return inDomain(books) { domain, _ in
                data += "OK".utf8
                return Verdict(.ok, .domain, domain: domain)
            }
        case .transport:
            return inDomain(books) { transport($0, $1, &data) }
        }
    }

    private func inDomain(_ books: Books, _ body: (Int, Snapshot) -> Verdict) -> Verdict {
        // What has no domain's form is nobody's, loaded or not: `*`, which Postfix asks at its start.
        guard !key.domain.isEmpty else { return Verdict(.notFound, .noDomain) }
        guard books.isLoaded else { return Verdict(.temp, .notLoaded) }
        guard let index = key.domain.withUnsafeBytes({ books.find($0) }) else {
            return books.doubt == nil ? Verdict(.notFound, .unmanaged) : Verdict(.temp, .doubted)
        }
        return body(index, books.snapshots[index])
    }

    private func recipient(
        _ domain: Int, _ book: Snapshot, _ books: Books, _ now: Int64, _ data: inout [UInt8]
    ) -> Verdict {
        let found = key.find(in: book)
        if let found, !found.record.isGrace {
            let isWhole = found.tag.isEmpty
            data +=
                !isWhole
                ? "subaddress".utf8
                : found.record.isAlias ? "alias".utf8 : found.record.isList ? "list".utf8 : "user".utf8
            return Verdict(.ok, isWhole ? .known : .subaddress, domain: domain, record: found.record.offset)
        }
        if key.isRole {
            data += "role".utf8
            return Verdict(.ok, .role, domain: domain)
        }
        if !book.enforces {
            data += "unenforced".utf8
            var verdict = Verdict(.ok, .unenforced, domain: domain, record: found?.record.offset)
            verdict.wouldBeRefused = found == nil && book.facts.catchall == nil
            return verdict
        }
        if let found { return Verdict(.temp, .grace, domain: domain, record: found.record.offset) }
        if book.facts.catchall != nil {
            data += "catchall".utf8
            return Verdict(.ok, .catchall, domain: domain)
        }
        return unknown(domain, book, books, now)
    }

    private func unknown(_ domain: Int, _ book: Snapshot, _ books: Books, _ now: Int64) -> Verdict {
        if books.doubt != nil || books.isBeingWritten { return Verdict(.temp, .doubted, domain: domain) }
        if book.addressCount == 0 { return Verdict(.temp, .emptyBook, domain: domain) }
        if policy.staleIsTemporary, policy.isStale(syncedAt: books.syncedAt[domain], now: now) {
            return Verdict(.temp, .stale, domain: domain)
        }
        return Verdict(.notFound, .unknown, domain: domain)
    }

    private func alias(
        _ domain: Int, _ book: Snapshot, _ books: Books, _ now: Int64, _ data: inout [UInt8]
    ) -> Verdict {
        guard let found = key.find(in: book) else {
            guard book.enforces else { return Verdict(.notFound, .notRewritten, domain: domain) }
            let verdict = unknown(domain, book, books, now)
            guard verdict.word == .notFound else {
                return key.isRole ? Verdict(.notFound, .notRewritten, domain: domain) : verdict
            }
            // Only a sure book may send to the catch-all what is another's in a better one.
            guard let catchall = book.facts.catchall, !key.is(catchall, in: book) else { return verdict }
            data += catchall.utf8
            return Verdict(.ok, .catchall, domain: domain)
        }
        let record = found.record
        if record.isGrace {
            return key.isRole || !book.enforces
                ? Verdict(.notFound, .notRewritten, domain: domain)
                : Verdict(.temp, .grace, domain: domain, record: record.offset)
        }
        if let target = record.target.flatMap({ book.record(at: $0) }) {
            data += target.local
            data += found.tag
            data.append(UInt8(ascii: "@"))
            data += book.name.utf8
            return Verdict(.ok, .rewritten, domain: domain, record: record.offset)
        }
        if let members = book.members(of: record), !members.isEmpty {
            // Beyond what Postfix takes in one answer, the mail server expands it.
            guard members.reduce(0, { $0 + $1.count + 2 }) < Socketmap.longestData else {
                return Verdict(.notFound, .notRewritten, domain: domain, record: record.offset)
            }
            for (index, member) in members.enumerated() {
                if index > 0 { data += ", ".utf8 }
                data += member
            }
            return Verdict(.ok, .rewritten, domain: domain, record: record.offset)
        }
        return Verdict(.notFound, .notRewritten, domain: domain, record: record.offset)
    }

    private func transport(_ domain: Int, _ book: Snapshot, _ data: inout [UInt8]) -> Verdict {
        let servers = book.facts.inbound
        guard !servers.isEmpty else { return Verdict(.notFound, .noServers, domain: domain) }
        Transport.append(servers, sharedBy: key.hash, to: &data)
        return Verdict(.ok, .servers, domain: domain)
    }
}
