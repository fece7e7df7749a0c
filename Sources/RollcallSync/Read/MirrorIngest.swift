internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore

/// Takes what a connector emits into the mirror. Unchanged records are told by their digest and touch nothing; changed
/// ones are written in short transactions, those of a full read by another thread while the next are read; a checkpoint
/// commits them together with the state that belongs to them. Only `finish` of a complete FULL drops what was not seen.
///
/// The mirror is not visible outside, so an interrupted read harms nobody: what it wrote is true as far as it goes. But
/// it is not what the last state spoke of, so a FULL that has begun to write forgets that state first.
final class MirrorIngest: WorkerObserver {
    struct Target {
        var store: Store
        var source: Source
        /// What the state is good for: another connector or other settings start anew.
        var connector: String
        var settings: String
        var sequence: Int64
        var isFull: Bool
        var resumes: Bool
        /// A file's `where` is a line number: it moves with every row that is put in above, and is no change.
        var ignoresPlace = false
    }

    let target: Target
    /// Of a first read: fed with what goes into the mirror, by the thread that writes.
    let early: EarlyPlan?
    private weak var progressObserver: (any RunObserver)?
    private let save: (String, String) throws -> Void
    var objects = SeenIndex()
    var edges = SeenIndex()
    private var pending = PendingRecords()
    /// The batch before, on its way into the store.
    private let writing = BackgroundWork()
    /// What the mirror holds, on its way into the indexes, while the connector finds its directory.
    private let loading = BackgroundWork()
    /// A group's deletion took its edges along, so edges that come after it are written whatever the index says.
    private var edgesUncertain = false
    var hasWritten = false
    /// Whether something was emitted that was there, or had come, with other content.
    private var isRepetitive = false
    /// What is handed over at a time, small at first, so that not much is left to write when all is read; larger as the
    /// mirror grows, for each batch goes over the whole index of ids.
    private var batchSize: Int { min(Self.largestBatch, max(4 << 20, handedOver / 8)) }
    private var handedOver = 0
    private static let largestBatch = 24 << 20
    private var lastState: [UInt8]?
    var mirrorVersion: Int64
    var objectCount: Int64
    var edgeCount: Int64
    /// Changes as the records tell them, and as the mirror does while it is written.
    private var seenChanges = 0
    var writtenChanges = 0
    var changed: Int { seenChanges + writtenChanges }
    private(set) var emitted = 0
    private(set) var unknownKinds = 0
    var mendedTexts = 0

    init(
        _ target: Target, early: EarlyPlan? = nil, observer: (any RunObserver)?,
        save: @escaping (String, String) throws -> Void
    ) throws {
        self.target = target
        self.early = early
        self.save = save
        progressObserver = observer
        mirrorVersion = target.source.mirrorVersion
        objectCount = target.source.mirrorObjects
        edgeCount = target.source.mirrorMemberships
        guard target.isFull else { return }
        nonisolated(unsafe) let ingest = self
        loading.start { try ingest.load() }
    }

    private func load() throws {
        objects.reserve(Int(objectCount))
        edges.reserve(Int(edgeCount))
        try target.store.read { db in
            try Mirror.eachDigest(db, target.source.key) { id, _, digest in objects.know(SeenIndex.hash(id), digest) }
            try Mirror.eachEdge(db, target.source.key) { edge in
                edges.know(SeenIndex.hash(edge.group, edge.member), Digest128(of: edge.mail))
            }
        }
    }

    /// Marks what the interrupted part of this full read has seen.
    func resume() throws {
        try loading.wait()
        try target.store.read { db in
            try Mirror.eachSeen(db, target.source.key) { chunk in
                var reader = ByteReader(chunk)
                while let id = reader.counted(), let peer = reader.counted() {
                    if peer.isEmpty {
                        objects.markSeen(SeenIndex.hash(id))
                    } else {
                        edges.markSeen(SeenIndex.hash(id, peer))
                    }
                }
            }
        }
    }

    // MARK: From the worker

    func records(_ body: UnsafeRawBufferPointer) throws {
        try loading.wait()
        // An earlier read may have left something though it did not end.
        if emitted == 0, objects.missingCount + edges.missingCount > 0 { early?.giveUp() }
        var reader = RecordReader(body)
        while let record = try reader.next() {
            emitted += 1
            guard let kind = record.kind else {
                unknownKinds += 1
                continue
            }
            if kind == .membership { try membership(record) } else { try object(record, kind) }
        }
        if target.isFull {
            if pending.size > batchSize { try handOver() }
        } else if pending.size > Self.largestBatch {
            try flush()
        }
    }

    func checkpoint(_ state: [UInt8]) throws {
        try loading.wait()
        lastState = state
        if !target.isFull {
            try flush(state: state)
        } else if target.resumes {
            try flush(resumeState: state)
        }
    }

    func progress(done: UInt64, total: UInt64) { progressObserver?.progress(done: done, total: total) }
    func waiting(milliseconds: UInt64) { progressObserver?.waiting(milliseconds: milliseconds) }
    func log(level: LogLevel, line: String) { progressObserver?.log(level: level, line: line) }
    func save(field: String, value: String) throws { try save(field, value) }

    private func object(_ record: RecordView, _ kind: RecordKind) throws {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let compared = target.ignoresPlace ? record.attributes.withoutPlace : record.attributes.bytes
        let digest = Digest128(of: compared, seed: UInt64(kind.rawValue))
        if target.isFull {
            switch record.op {
            case .put:
                let verdict = objects.see(SeenIndex.hash(record.id), digest)
                if verdict == .same || verdict == .repeated { return remember(record.id, nothing) }
                if verdict == .changed { isRepetitive = true }
                seenChanges += 1
            case .delete:
                guard objects.remove(SeenIndex.hash(record.id)) else { return }
                if kind == .group { edgesUncertain = true }
                seenChanges += 1
            case .patch:
                // A patch has no digest to compare: what it comes to is known when it is laid over the row.
                _ = objects.see(SeenIndex.hash(record.id), digest)
            }
            remember(record.id, nothing)
        }
        pending.add(record.op, kind, id: record.id, peer: nothing, data: record.attributes.bytes, digest: digest)
    }

    private func membership(_ record: RecordView) throws {
        guard !record.peer.isEmpty else { throw RecordFlaw("a membership names no member") }
        let mail =
            record.attributes.first { $0.name.elementsEqual("mail".utf8) }?.value
            ?? UnsafeRawBufferPointer(start: nil, count: 0)
        let digest = Digest128(of: mail)
        if target.isFull {
            let hash = SeenIndex.hash(record.id, record.peer)
            if record.op == .delete {
                guard edges.remove(hash) else { return }
                seenChanges += 1
            } else {
                let verdict = edges.see(hash, digest)
                if verdict == .changed { isRepetitive = true }
                remember(record.id, record.peer)
                if (verdict == .same || verdict == .repeated) && !edgesUncertain { return }
                if verdict != .same, verdict != .repeated { seenChanges += 1 }
            }
        }
        pending.add(
            record.op == .delete ? .delete : .put, .membership, id: record.id, peer: record.peer, data: mail,
            digest: digest)
    }

    private var remembered: [UInt8] = []

    /// For a full read that can be resumed: what was seen since the last checkpoint.
    private func remember(_ id: UnsafeRawBufferPointer, _ peer: UnsafeRawBufferPointer) {
        guard target.resumes else { return }
        remembered.append(counted: id)
        remembered.append(counted: peer)
    }

    // MARK: To the mirror

    /// Has the batch written while the next is read. One at a time: what `write` uses of this object, the thread that
    /// reads does not touch until it has waited for it.
    private func handOver() throws {
        try writing.wait()
        nonisolated(unsafe) let (ingest, batch) = (self, pending)
        pending = PendingRecords()
        handedOver += batch.size
        writing.start { try ingest.target.store.write { try ingest.write($0, batch) } }
    }

    /// Waits until nothing is on its way into the store any more; whether it got there is `finish`'s business.
    func settle() {
        loading.settle()
        writing.settle()
    }

    private func flush(state: [UInt8]? = nil, resumeState: [UInt8]? = nil) throws {
        try writing.wait()
        guard !pending.isEmpty || state != nil || resumeState != nil else { return }
        try target.store.write { db in
            try write(db, pending)
            if let state { try setState(db, state) }
            if let resumeState {
                try openGeneration(db)
                try setState(db, resumeState)
                if !remembered.isEmpty { try Mirror.appendSeen(db, target.source.key, data: remembered) }
                remembered.removeAll(keepingCapacity: true)
            }
        }
        pending.removeAll()
    }

    func setState(_ db: any Database, _ state: [UInt8]?) throws {
        try Sources.setState(
            db, target.source.id, state: state, connector: target.connector, settings: target.settings)
    }

    func openGeneration(_ db: any Database) throws {
        guard !hasWritten, target.isFull else { return }
        hasWritten = true
        if target.source.generationOpen, target.resumes, target.source.state != nil { return }
        _ = try Sources.beginGeneration(db, target.source.key)
        try setState(db, nil)
    }

    // MARK: The end

    /// The connector says that all is out: the rest is committed, and after a FULL what it did not emit is dropped.
    func finish() throws {
        guard target.isFull else { return try flush(state: lastState) }
        try loading.wait()
        try writing.wait()
        let source = target.source.key
        try target.store.write { db in
            if isRepetitive { early?.giveUp() }
            try write(db, pending)
            pending = PendingRecords()
            let dropped = try sweep(db)
            if dropped > 0 { try Touched.setEverything(db, source) }
            objectCount = Int64(objects.seenCount)
            edgeCount = Int64(edges.seenCount)
            if dropped > 0, mirrorVersion == target.source.mirrorVersion { mirrorVersion += 1 }
            writtenChanges += dropped
            try setMirror(db)
            try setState(db, lastState)
            if hasWritten || target.source.generationOpen { try Sources.endGeneration(db, source) }
        }
    }
}
