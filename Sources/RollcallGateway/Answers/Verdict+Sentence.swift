internal import RollcallCore

/// Answers in words: short ones for a mail server's log, whole ones for people who ask why.
extension AnswerReason {
    /// Behind `TEMP`, where the mail server logs it. No address is in it.
    var short: String {
        switch self {
        case .grace: "removed lately, may come back"
        case .doubted: "not sure: the address book may be behind"
        case .emptyBook: "the address book of this domain is empty"
        case .stale: "the address book of this domain is too old"
        case .notLoaded: "the address books are not loaded yet"
        default: "try later"
        }
    }
}

extension Verdict {
    package func sentence(_ books: Books) -> String {
        guard let domain, domain < books.snapshots.count else {
            return switch reason {
            case .notLoaded: "the address books are not loaded yet"
            case .doubted: "no domain of that name is known, but that is not sure: \(books.doubt ?? "")"
            case .unmanaged: "no domain of that name is managed here"
            case .noAddress: "this is no address: nothing stands before an @"
            default: "this is no domain's name"
            }
        }
        let book = books.snapshots[domain]
        let edition = "edition \(book.edition) of \(book.name)"
        let record = record.flatMap { book.record(at: $0) }
        switch reason {
        case .known:
            return "\(kind(record)) in \(edition)"
        case .subaddress:
            return "a sub-address of \(text(record, book)), \(kind(record)) in \(edition)"
        case .role: return "every domain has this address"
        case .unenforced:
            return "enforcement of \(book.name) is off"
                + (wouldBeRefused ? "; with it on, the address would be unknown" : "")
        case .catchall: return "not in \(edition), but the domain has a catch-all"
        case .grace:
            let end = record?.until.map { " until \(Timestamp(seconds: $0))" } ?? ""
            return "removed, in grace\(end), in \(edition)"
        case .unknown: return "not in \(edition)"
        case .doubted:
            let doubt = books.doubt ?? "the store is locked, and what is being written is not known yet"
            return "not in \(edition), but that is not sure: \(doubt)"
        case .emptyBook: return "\(edition) is empty, so nobody is refused"
        case .stale:
            return "not in \(edition), but no source was read well since \(Timestamp(seconds: books.syncedAt[domain]))"
        case .rewritten: return "\(kind(record)) in \(edition)"
        case .notRewritten: return "nothing in \(edition) to write it anew by"
        case .domain: return "a domain with \(book.addressCount) addresses in \(edition)"
        case .servers: return "the inbound servers of \(book.name)"
        case .noServers: return "\(book.name) has no inbound server"
        case .notLoaded, .unmanaged, .noAddress, .noDomain, .unknownMap: return "no answer is known"
        }
    }

    private func kind(_ record: SnapshotRecord?) -> String {
        guard let record else { return "an address" }
        if record.isAlias { return "an alias" }
        return switch record.kind {
        case .list: "a list"
        case .contact: "a contact"
        case .shared: "a shared mailbox"
        case .room: "a room"
        case .equipment: "equipment"
        default: "an account"
        }
    }

    private func text(_ record: SnapshotRecord?, _ book: Snapshot) -> String {
        record.map { String(decoding: $0.local, as: UTF8.self) + "@" + book.name } ?? "an address"
    }
}
