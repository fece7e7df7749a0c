/// A search in pages (RFC 2696). A page is taken in whole, the next one asked for, and only then is the page worked on:
/// the server goes on while we do. Complete is only a page with result 0 and an empty cookie.

internal import CLDAP
internal import ConnectorKit

struct PagedRead {
    let session: Session
    let query: Query
    var pageSize: Int

    init(_ session: Session, _ query: Query) {
        self.session = session
        self.query = query
        pageSize = session.options.pageSize
    }

    private struct Page {
        var messages: [OpaquePointer] = []
        var cookie: [UInt8] = []
        var references = 0

        func free() { for message in messages { ldap_msgfree(message) } }
    }

    /// `body` sees each entry; what it lends from it must be out when `endPage` returns.
    func run(
        _ body: (EntryReader, OpaquePointer) throws(Stop) -> Void, endPage: () throws(Stop) -> Void
    ) throws(Stop) {
        let reader = EntryReader()
        var id = try start([])
        var references = 0
        while true {
            let page = try receive(id)
            defer { page.free() }
            references += page.references
            if !page.cookie.isEmpty { id = try start(page.cookie) }
            for message in page.messages {
                guard reader.load(session.connection.handle, message) else {
                    throw Failure.of(-4, "", .read, session.connection.server, session.options)
                }
                session.hasEntries = true
                try body(reader, message)
            }
            try endPage()
            if page.cookie.isEmpty { break }
        }
        if references > 0 {
            session.host.log(.info, "\(references) references to other servers were not followed.")
        }
    }

    private func start(_ cookie: [UInt8]) throws(Stop) -> Int32 {
        var query = query
        query.controls.append(.page(pageSize, cookie))
        return try session.connection.start(query)
    }

    private func receive(_ id: Int32) throws(Stop) -> Page {
        var page = Page()
        do {
            while true {
                let (kind, message) = try session.connection.next(id, isStream: !page.messages.isEmpty)
                switch kind {
                case .entry: page.messages.append(message)
                case .result:
                    defer { ldap_msgfree(message) }
                    page.cookie = try cookie(session.connection.outcome(message, control: Control.pagedResults))
                    return page
                default:
                    page.references += 1
                    ldap_msgfree(message)
                }
            }
        } catch {
            page.free()
            throw error
        }
    }

    private func cookie(_ outcome: Outcome) throws(Stop) -> [UInt8] {
        guard outcome.code == LDAP_SUCCESS else { throw session.connection.failure(outcome) }
        guard let control = outcome.control else {
            // Without the control nobody knows whether that was all.
            throw .failed(
                "\(session.connection.server.shown) does not answer in pages, so it cannot be told whether it "
                    + "has sent everything.")
        }
        guard let parts = DER.sequence(control[...]), parts.count == 2, parts[1].tag == 0x04 else {
            throw Failure.of(-4, "", .read, session.connection.server, session.options)
        }
        return Array(parts[1].content)
    }
}
