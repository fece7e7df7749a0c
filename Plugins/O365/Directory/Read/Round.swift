/// One round of one stream: pages from a start until the delta link, each looked at once. Full reads and deltas are the
/// same; they differ in where they start and in what a dead link means.

internal import CHash
internal import ConnectorKit

struct Round {
    enum Ending: Error {
        case stop(Stop)
        /// The link, or one of its pages, has died: what it stood for must be read anew.
        case dead(String)
        /// The app may not read this stream.
        case denied(Stop)
    }

    let graph: Graph
    let stream: Stream
    let sink: EntrySink

    /// Returns the link of the next round. `isDelta`: the start is a link from an earlier one.
    func run(from start: String, isDelta: Bool) throws(Ending) -> String {
        var link = start
        var seen = Set<UInt64>()
        var pages = 0
        while true {
            pages += 1
            guard pages <= graph.options.maxPages else {
                throw .stop(.failed("\(stream.title) have no end: \(pages - 1) pages were read (max_pages)."))
            }
            guard seen.insert(Self.hash(link)).inserted else {
                throw .stop(.failed("\(stream.title) go round in a circle: a page leads back to one that was read."))
            }
            let answer = try send(link)
            guard answer.status == 200 else { throw refused(answer, isFirst: pages == 1, isDelta: isDelta) }
            let page = try read(answer)
            graph.host.progress(UInt64(sink.counts.objects))
            switch page {
            case .next(let next): link = next
            case .delta(let delta): return delta
            }
        }
    }

    private enum Link { case next(String), delta(String) }

    private func send(_ link: String) throws(Ending) -> Answer {
        do {
            return try graph.send(link, what: stream.title)
        } catch {
            throw .stop(error)
        }
    }

    private func refused(_ answer: Answer, isFirst: Bool, isDelta: Bool) -> Ending {
        let refusal = GraphRefusal(answer)
        let stop = refusal.stop(stream.title, needs: stream.permission, graph.options)
        if answer.status == 403 { return .denied(stop) }
        let code = Text.lowered(refusal.code)
        let isLost = answer.status == 410 || code == "syncstatenotfound" || code == "resyncrequired"
        if isDelta || !isFirst, isLost || answer.status == 400 { return .dead(refusal.detail) }
        return .stop(stop)
    }

    // MARK: A page

    private func read(_ answer: Answer) throws(Ending) -> Link {
        var page = answer.body
        var copy: [UInt8] = []
        // Asking for purposes uses the buffer that the page lies in.
        if stream == .users, graph.options.userPurpose { copy = Array(page) }
        do {
            if copy.isEmpty { return try walk(page) }
            return try copy.withUnsafeBytes { bytes throws -> Link in
                page = bytes
                sink.purposes = try Purposes.ask(graph, try userIDs(page))
                return try walk(page)
            }
        } catch let stop as Stop {
            throw .stop(stop)
        } catch let flaw as JSONFlaw {
            throw .stop(
                .failed(
                    "\(stream.title): a page is not whole (no JSON from byte \(flaw.offset) on).",
                    detail: Exchange.detail(answer)))
        } catch {
            throw .stop(.failed("\(stream.title): a page cannot be read."))
        }
    }

    private func walk(_ page: Bytes) throws -> Link {
        var reader = JSONReader(page)
        var next: String?
        var delta: String?
        var hasValue = false
        var isFirst = true
        try reader.beginObject()
        while let key = try reader.nextKey(&isFirst) {
            if key.isEqual(to: "value") {
                guard try reader.kind() == .array else {
                    throw Stop.failed("\(stream.title): a page has no list of objects.")
                }
                hasValue = true
                // The link usually comes first; then the next page arrives while this one is read.
                if let next { graph.begin(next) }
                try elements(&reader)
            } else if key.isEqual(to: "@odata.nextLink") {
                next = try link(&reader)
            } else if key.isEqual(to: "@odata.deltaLink") {
                delta = try link(&reader)
            } else {
                try reader.skipValue()
            }
        }
        try reader.finish()
        guard hasValue else { throw Stop.failed("\(stream.title): a page has no list of objects.") }
        // The records point into the page, whose memory the next one takes.
        try sink.emitter.flush()
        if let next { return .next(next) }
        if let delta { return .delta(delta) }
        throw Stop.failed("\(stream.title): the last page has no delta link, so the list is not known to be complete.")
    }

    private func elements(_ reader: inout JSONReader) throws {
        var isFirst = true
        try reader.beginArray()
        while try reader.nextElement(&isFirst) {
            if let stop = try sink.take(&reader, stream) { throw stop }
        }
    }

    /// A link must lead to where the token may go before it is believed to be one.
    private func link(_ reader: inout JSONReader) throws -> String {
        guard try reader.kind() == .string else { throw Stop.failed("\(stream.title): a page's link is no text.") }
        let link = try reader.string().string
        guard graph.isOwn(link) else {
            throw Stop.failed(
                "\(stream.title): a page leads to another server. Nothing was sent there, and the read has ended.",
                detail: Text.oneLine(link, limit: 120))
        }
        return link
    }

    private func userIDs(_ page: Bytes) throws -> [String] {
        var reader = JSONReader(page)
        var ids: [String] = []
        var isFirst = true
        try reader.beginObject()
        while let key = try reader.nextKey(&isFirst) {
            guard key.isEqual(to: "value"), try reader.kind() == .array else {
                try reader.skipValue()
                continue
            }
            var isFirstElement = true
            try reader.beginArray()
            while try reader.nextElement(&isFirstElement) {
                if let id = try sink.userWithAddress(&reader) { ids.append(id) }
            }
        }
        return ids
    }

    private static func hash(_ link: String) -> UInt64 {
        var link = link
        return link.withUTF8 { rollcall_hash64($0.baseAddress, $0.count, 0) }
    }
}
