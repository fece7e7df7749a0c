internal import RollcallCore
internal import Glibc

/// What each frame of a worker means. Every number and length is checked before it is believed; a frame that does not
/// add up, or does not belong here, ends the job at once.
extension Worker {
    private static let mostAnswers = 16 << 20
    private static let mostProblems = 200
    private static let mostTalk = 64 << 20

    /// `true` when the frame reaches the goal of the call.
    func take(_ type: UInt8, _ body: UnsafeRawBufferPointer, _ call: inout PumpedCall) throws(ConnectorFailure) -> Bool
    {
        var reader = ByteReader(body)
        switch FrameType(rawValue: type) {
        case .ready where call.goal == .ready: return true
        case .log:
            guard let level = reader.number(Int32.self) else { throw end(with: garbage("a log line ends in its head")) }
            try talk(body.count, &call)
            let now = System.now()
            for line in incoming.log(Array(reader.rest.prefix(4 * Incoming.lineLength)), now: now) {
                tell(LogLevel(rawValue: level) ?? .error, line, call.observer)
            }
        case .problem:
            try talk(body.count, &call)
            try problem(&reader, &call)
        case .answer: try answer(&reader, body.count, &call)
        case .save: try save(&reader, &call)
        case .records where call.isSync: try records(body, &call)
        case .checkpoint where call.isSync: try checkpoint(body, &call)
        case .progress: try progress(&reader, &call)
        case .waiting where call.goal == .done: try waiting(&reader, &call)
        case .done where call.goal == .done:
            guard let status = reader.number(Int32.self), reader.isAtEnd else {
                throw end(with: garbage("an end record of \(body.count) bytes"))
            }
            call.reply.status = ConnectorStatus(code: status)
            classifyProblems(&call.reply)
            return true
        default: throw end(with: garbage("a frame of type \(type), which does not belong here"))
        }
        return false
    }

    private func talk(_ count: Int, _ call: inout PumpedCall) throws(ConnectorFailure) {
        call.talk += count + 64
        guard call.talk <= Self.mostTalk else {
            throw end(with: failure(.limit, "The connector \(connector.name) flooded its log and was stopped."))
        }
    }

    private func problem(_ reader: inout ByteReader, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard let field = reader.text(), let text = reader.counted(), let detail = reader.counted(), reader.isAtEnd
        else { throw end(with: garbage("a problem that does not add up")) }
        guard call.reply.problems.count < Self.mostProblems else { return }
        let known = connector.tab?.field(field) != nil
        let sentence = incoming.sentence(text)
        let more = incoming.sentence(detail)
        call.reply.problems.append(
            Problem(
                .failed, field: known ? field : nil,
                text: sentence.isEmpty ? "The connector \(connector.name) reported a problem." : sentence,
                detail: more.isEmpty ? nil : more))
    }

    /// A problem's class is that of the status with which the call ended.
    private func classifyProblems(_ reply: inout Reply) {
        let kind = reply.status.problemClass ?? .failed
        for index in reply.problems.indices { reply.problems[index].class = kind }
        if reply.problems.isEmpty, reply.status.problemClass != nil {
            reply.problems = [Problem(kind, text: reply.status.sentence(connector.name))]
        }
    }

    private func answer(_ reader: inout ByteReader, _ count: Int, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard let pairs = reader.pairs(), reader.isAtEnd else {
            throw end(with: garbage("an answer that does not add up"))
        }
        call.reply.answerBytes += count
        guard call.reply.answerBytes <= Self.mostAnswers else {
            throw end(with: failure(.limit, "The connector \(connector.name) answered more than 16 MiB."))
        }
        call.reply.answers += pairs
    }

    private func save(_ reader: inout ByteReader, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard let field = reader.text(), let value = reader.text(), reader.isAtEnd else {
            throw end(with: garbage("a setting to save that does not add up"))
        }
        let isDeclared = connector.tab?.field(field) != nil
        var reply = FrameWriter(.saved)
        reply.number(UInt8(isDeclared ? 1 : 0))
        if isDeclared {
            // From now on it may come back in a log line.
            if connector.tab?.field(field)?.type == .secret { incoming.add(secret: value) }
            try observe { try call.observer?.save(field: field, value: value) }
        } else {
            tell(.warn, "tried to save \(field), which its tab does not declare", call.observer)
        }
        _ = outbox.add(reply.finished())
    }

    private func records(_ body: UnsafeRawBufferPointer, _ call: inout PumpedCall) throws(ConnectorFailure) {
        var walk = RecordReader(body)
        do throws(RecordFlaw) {
            while try walk.next() != nil {}
        } catch {
            throw end(with: garbage(error.description))
        }
        try observe { try call.observer?.records(body) }
        call.moved()
    }

    private func checkpoint(_ body: UnsafeRawBufferPointer, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard body.count <= FrameLimits.state else { throw end(with: garbage("a state of \(body.count) bytes")) }
        try observe { try call.observer?.checkpoint(Array(body)) }
        call.moved()
    }

    private func progress(_ reader: inout ByteReader, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard let done = reader.number(UInt64.self), let total = reader.number(UInt64.self), reader.isAtEnd else {
            throw end(with: garbage("a progress report that does not add up"))
        }
        call.moved()
        let now = System.now()
        guard now - lastProgress >= 100_000_000 else { return }
        lastProgress = now
        call.observer?.progress(done: done, total: total)
    }

    private func waiting(_ reader: inout ByteReader, _ call: inout PumpedCall) throws(ConnectorFailure) {
        guard let milliseconds = reader.number(UInt64.self), reader.isAtEnd else {
            throw end(with: garbage("a wait that does not add up"))
        }
        call.moved()
        guard milliseconds <= limits.longestWait else {
            refusedWait = milliseconds
            return
        }
        if call.isSync, call.ending == nil { call.deadline += milliseconds * 1_000_000 }
        call.observer?.waiting(milliseconds: milliseconds)
    }

    /// An observer that throws ends the job: nothing more can be made of what the connector says.
    private func observe(_ body: () throws -> Void) throws(ConnectorFailure) {
        do {
            try body()
        } catch let error as ConnectorFailure {
            throw end(with: error)
        } catch {
            var stopped = failure(.failed, "What the connector \(connector.name) read could not be kept: \(error)")
            stopped.cause = error
            throw end(with: stopped)
        }
    }
}
