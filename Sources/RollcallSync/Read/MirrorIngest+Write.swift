internal import RollcallCore
internal import RollcallStore

/// The side of the mirror: a batch of records laid over what is there, within a transaction, and what a complete read
/// did not see dropped.
extension MirrorIngest {
    func write(_ db: any Database, _ batch: PendingRecords) throws {
        guard !batch.isEmpty else { return }
        try openGeneration(db)
        let writer = try MirrorWriter(db, target.source.key)
        let memberships = try MembershipWriter(db, target.source.key)
        let reader = try MirrorReader(db, target.source.key)
        // A delta notes what it touches, so that only this is planned; a full read that writes is planned as a whole.
        let log = target.isFull ? nil : try TouchedWriter(db, target.source.key)
        if target.isFull { try Touched.setEverything(db, target.source.key) }
        var touched = target.isFull
        batch.sort()
        try batch.forEach { item, id, peer, data in
            if item.kind == .membership {
                if try writeEdge(item, id, peer, data, memberships, log) { touched = true }
            } else if try writeObject(item, id, data, writer, memberships, reader, log) {
                touched = true
            }
        }
        try memberships.end()
        try log?.end()
        if touched {
            if mirrorVersion == target.source.mirrorVersion { mirrorVersion += 1 }
            try setMirror(db)
        }
    }

    func setMirror(_ db: any Database) throws {
        try Sources.setMirror(
            db, target.source.id, version: mirrorVersion, objects: objectCount, memberships: edgeCount)
    }

    private func writeObject(
        _ item: PendingRecords.Item, _ id: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer,
        _ writer: MirrorWriter, _ memberships: MembershipWriter, _ reader: MirrorReader, _ log: TouchedWriter?
    ) throws -> Bool {
        var digest = item.digest
        var patched: [UInt8]?
        var isThere = false
        var isSame = false
        if item.op == .patch || !target.isFull {
            isThere = try reader.object(id: id) { present in
                if item.op == .patch {
                    let merged = RecordText.patched(present.attributes, with: AttributeList(data))
                    digest = merged.withUnsafeBytes { Digest128(of: $0, seed: UInt64(item.kind.rawValue)) }
                    patched = merged
                }
                isSame = item.op != .delete && present.digest == digest && present.kind == item.kind
                if !isSame { try log?.changes(id: id, before: present) }
            }
            if !isThere, item.op != .delete { try log?.changes(id: id, before: nil) }
        }
        if item.op != .put { early?.giveUp() }
        if item.op == .delete {
            if !target.isFull {
                guard isThere else { return false }
                writtenChanges += 1
                objectCount -= 1
            }
            try writer.deleteObject(id: id)
            if item.kind == .group {
                let gone = try memberships.deleteAll(in: id)
                if !target.isFull { edgeCount -= gone }
            }
            return true
        }
        if item.op == .patch, patched == nil {
            let bytes = RecordText.patched(
                AttributeList(UnsafeRawBufferPointer(start: nil, count: 0)), with: AttributeList(data))
            digest = bytes.withUnsafeBytes { Digest128(of: $0, seed: UInt64(item.kind.rawValue)) }
            patched = bytes
        }
        if isSame { return false }
        if !target.isFull || item.op == .patch { writtenChanges += 1 }
        if !target.isFull, !isThere { objectCount += 1 }
        func put(_ data: UnsafeRawBufferPointer) throws {
            try writer.putObject(id: id, kind: item.kind, digest: digest, firstSeen: target.sequence, data: data)
            early?.add(object: id, kind: item.kind, firstSeen: target.sequence, attributes: AttributeList(data))
        }
        func putSound(_ data: UnsafeRawBufferPointer) throws {
            guard let mended = RecordText.mended(AttributeList(data)) else { return try put(data) }
            mendedTexts += 1
            try mended.withUnsafeBytes { try put($0) }
        }
        if let patched { try patched.withUnsafeBytes { try putSound($0) } } else { try putSound(data) }
        return true
    }

    private func writeEdge(
        _ item: PendingRecords.Item, _ group: UnsafeRawBufferPointer, _ member: UnsafeRawBufferPointer,
        _ mail: UnsafeRawBufferPointer, _ writer: MembershipWriter, _ log: TouchedWriter?
    ) throws -> Bool {
        if !target.isFull {
            var present: Digest128?
            _ = try writer.find(member, in: group) { present = Digest128(of: $0) }
            if item.op == .delete {
                guard present != nil else { return false }
                edgeCount -= 1
            } else {
                if present == item.digest { return false }
                if present == nil { edgeCount += 1 }
            }
            writtenChanges += 1
            try log?.changes(membersOf: group)
        }
        if item.op == .delete {
            early?.giveUp()
            try writer.delete(member, in: group)
        } else {
            try writer.put(member, mail: mail, in: group)
            early?.add(edge: group, member: member, mail: mail)
        }
        return true
    }

    func sweep(_ db: any Database) throws -> Int {
        let source = target.source.key
        var goneObjects: [[UInt8]] = []
        var goneEdges: [(group: [UInt8], member: [UInt8])] = []
        if objects.missingCount > 0 {
            try Mirror.eachDigest(db, source) { id, _, _ in
                if !objects.isSeen(SeenIndex.hash(id)) { goneObjects.append(Array(id)) }
            }
        }
        if edges.missingCount > 0 {
            try Mirror.eachEdge(db, source) { edge in
                if !edges.isSeen(SeenIndex.hash(edge.group, edge.member)) {
                    goneEdges.append((Array(edge.group), Array(edge.member)))
                }
            }
        }
        guard !goneObjects.isEmpty || !goneEdges.isEmpty else { return 0 }
        let writer = try MirrorWriter(db, source)
        for id in goneObjects { try id.withUnsafeBytes { try writer.deleteObject(id: $0) } }
        let memberships = try MembershipWriter(db, source)
        for (group, member) in goneEdges {
            try group.withUnsafeBytes { group in
                try member.withUnsafeBytes { try memberships.delete($0, in: group) }
            }
        }
        try memberships.end()
        return goneObjects.count + goneEdges.count
    }
}
