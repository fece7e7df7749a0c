/// Turns the objects of a page into records.
///
/// An object is a PUT: the streams tell it whole. Where a property cannot be read, or nothing but the id came, it is a
/// PATCH of the rest, so that a broken answer takes nothing away that was known. Members are edges, one by one, so pieces
/// of a large group add up by themselves and later words win.

internal import CHash
internal import ConnectorKit

final class EntrySink {
    let emitter: Emitter
    private let entry = Entry()
    private let scope: Scope?
    /// Whether users outside the scope are deleted (a delta) or just not emitted (a full read).
    private let deletesOutside: Bool
    var purposes: [String: String] = [:]

    /// Ids emitted in this try of a stream, where a second try must know them.
    var emitted: IDList?
    var counts = Counts()
    /// Groups in the recycle bin, whose members are not told again when they come back.
    var binned: [String]
    /// Users in the recycle bin, by hash.
    var binnedUsers: Set<UInt32> = []
    /// Groups that came back out of it.
    var restored: [String] = []

    struct Counts {
        var objects = 0
        var bad = 0
        var odd = 0
        var devices = 0
        var hidden = 0
        /// Users who came out of the recycle bin.
        var returned = 0
    }

    init(_ host: Host, scope: Scope?, deletesOutside: Bool, binned: [String]) {
        emitter = Emitter(host)
        self.scope = scope
        self.deletesOutside = deletesOutside
        self.binned = binned
    }

    /// One element of `value`.
    func take(_ reader: inout JSONReader, _ stream: Stream) throws(JSONFlaw) -> Stop? {
        guard try reader.kind() == .object else {
            counts.bad += 1
            try reader.skipValue()
            return nil
        }
        try entry.read(&reader)
        guard let id = entry.id, !id.isEmpty, id.raw.count <= 1024 else {
            counts.bad += 1
            return nil
        }
        do {
            try emit(id, reader, stream)
            return nil
        } catch {
            return error
        }
    }

    /// The id of the element that follows, if it is a user for whom a mailbox's purpose can be asked.
    func userWithAddress(_ reader: inout JSONReader) throws(JSONFlaw) -> String? {
        guard try reader.kind() == .object else {
            try reader.skipValue()
            return nil
        }
        try entry.read(&reader)
        guard let id = entry.id, entry.removed == nil, entry.mail.value?.isEmpty == false || !entry.proxies.isEmpty
        else {
            return nil
        }
        let text = id.string
        return Text.isGUID(text) ? text : nil
    }

    // MARK: Objects

    private func emit(_ id: JSONText, _ reader: JSONReader, _ stream: Stream) throws(Stop) {
        counts.objects += 1
        if let reason = entry.removed {
            try begin(.delete, stream.kind, id)
            if stream == .users, reason.isEqual(to: "changed") {
                if binnedUsers.count < 2000 { binnedUsers.insert(Self.hash(id)) }
            } else if stream == .users {
                binnedUsers.remove(Self.hash(id))
            }
            if stream == .groups { bin(id.string, isBinned: reason.isEqual(to: "changed")) }
            return
        }
        if stream == .users, let scope, !scope.contains(id.string) {
            if deletesOutside { try begin(.delete, .user, id) }
            return
        }
        emitted?.append(id)
        if stream == .users, !binnedUsers.isEmpty, binnedUsers.remove(Self.hash(id)) != nil { counts.returned += 1 }
        let isWhole = entry.properties > 0 && !entry.hasWrong
        if entry.hasWrong { counts.odd += 1 }
        try begin(isWhole ? .put : .patch, stream.kind, id)
        if entry.properties > 0 { attributes(id, stream, isWhole) }
        if stream == .groups {
            comeBack(id)
            try members(of: id, reader)
        }
    }

    private func begin(_ operation: RecordOperation, _ kind: RecordKind, _ id: JSONText) throws(Stop) {
        if id.hasEscapes {
            try emitter.begin(operation, kind, id: id.string)
        } else {
            try emitter.begin(operation, kind, id: id.raw)
        }
    }

    private func attributes(_ id: JSONText, _ stream: Stream, _ isWhole: Bool) {
        add(.mail, entry.mail, isWhole)
        if entry.proxiesState != .wrong {
            for proxy in entry.proxies { add(.proxyAddress, proxy) }
            if entry.proxies.isEmpty, !isWhole { emitter.add(.proxyAddress, Bytes(start: nil, count: 0)) }
        }
        add(.displayName, entry.name, isWhole)
        if stream != .contacts { add(.created, entry.created, isWhole) }
        switch stream {
        case .users:
            if let isEnabled = entry.isEnabled.value { add(.enabled, word: isEnabled ? "true" : "false") }
            add(AttributeName("userType"), entry.userType, isWhole)
            add(AttributeName("userPrincipalName"), entry.principal, isWhole)
            if !purposes.isEmpty, let purpose = purposes[id.string] { self.purpose(purpose) }
        case .groups:
            if entry.typesState != .wrong, !entry.isSecurity.isWrong { add(.listType, word: listType) }
            add(AttributeName("visibility"), entry.visibility, isWhole)
        case .contacts: break
        }
        place(id, stream)
    }

    /// How Graph names the object: `/users/ID`.
    private func place(_ id: JSONText, _ stream: Stream) {
        let word: StaticString =
            switch stream {
            case .users: "/users/"
            case .groups: "/groups/"
            case .contacts: "/contacts/"
            }
        let count = word.utf8CodeUnitCount + id.raw.count
        withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) { room in
            room.copyMemory(from: Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
            UnsafeMutableRawBufferPointer(rebasing: room[word.utf8CodeUnitCount...]).copyMemory(from: id.raw)
            emitter.add(.where, emitter.copying(Bytes(room)))
        }
    }

    private func add(_ name: AttributeName, word: StaticString) {
        emitter.add(name, Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private func add(_ name: AttributeName, _ property: Property<JSONText>, _ isWhole: Bool) {
        if let text = property.value, !text.isEmpty {
            add(name, text)
        } else if !isWhole, !property.isWrong {
            emitter.add(name, Bytes(start: nil, count: 0))
        }
    }

    private func add(_ name: AttributeName, _ text: JSONText) {
        if text.hasEscapes {
            text.unescaped.withUnsafeBytes { emitter.add(name, emitter.copying($0)) }
        } else {
            emitter.add(name, text.raw)
        }
    }

    private func purpose(_ purpose: String) {
        switch purpose {
        case "user", "linked": emitter.add(.type, "user")
        case "shared", "room", "equipment": emitter.add(.type, purpose)
        case "": emitter.add(.mailbox, "false")
        default: break
        }
    }

    private var listType: StaticString {
        if entry.types.contains(where: { $0.isEqual(to: "Unified") }) { return "microsoft365" }
        if entry.types.contains(where: { $0.isEqual(to: "DynamicMembership") }) { return "dynamic" }
        return entry.isSecurity.value == true ? "security" : "distribution"
    }

    private static func hash(_ id: JSONText) -> UInt32 {
        UInt32(truncatingIfNeeded: rollcall_hash64(id.raw.baseAddress, id.raw.count, 0))
    }

    // MARK: Groups

    private func bin(_ id: String, isBinned: Bool) {
        binned.removeAll { $0 == id }
        if isBinned, Text.isGUID(id) { binned.append(id) }
        // The oldest are forgotten first; a full read tells their members again.
        if binned.count > 300 { binned.removeFirst() }
    }

    private func comeBack(_ id: JSONText) {
        guard !binned.isEmpty else { return }
        let text = id.string
        guard binned.contains(text) else { return }
        binned.removeAll { $0 == text }
        restored.append(text)
    }

    private func members(of group: JSONText, _ reader: JSONReader) throws(Stop) {
        guard let start = entry.members else {
            if entry.visibility.value?.isEqual(to: "HiddenMembership") == true { counts.hidden += 1 }
            return
        }
        var reader = reader.at(start)
        do {
            try edges(of: group, &reader)
        } catch let stop as Stop {
            throw stop
        } catch {
            // The list was read over once already, so it is whole.
            throw .failed("The groups: a list of members is not JSON.")
        }
    }

    private func edges(of group: JSONText, _ reader: inout JSONReader) throws {
        var isFirst = true
        try reader.beginArray()
        while try reader.nextElement(&isFirst) {
            guard try reader.kind() == .object else {
                counts.bad += 1
                try reader.skipValue()
                continue
            }
            let member = try Member(&reader)
            guard let id = member.id, !id.isEmpty, id.raw.count <= 1024 else {
                counts.bad += 1
                continue
            }
            if member.isNoRecipient {
                counts.devices += 1
                continue
            }
            let operation: RecordOperation = member.isRemoved ? .delete : .put
            if group.hasEscapes || id.hasEscapes {
                try emitter.begin(operation, .membership, id: group.string, peer: id.string)
            } else {
                try emitter.begin(operation, .membership, id: group.raw, peer: id.raw)
            }
        }
    }
}

/// `{"@odata.type", "id", "@removed"}`. A member whose kind the app may not read has only type and id, and that is enough:
/// who it is is known from the streams.
private struct Member {
    var id: JSONText?
    var isRemoved = false
    /// Devices and programs have no mail.
    var isNoRecipient = false

    init(_ reader: inout JSONReader) throws(JSONFlaw) {
        var isFirst = true
        try reader.beginObject()
        while let key = try reader.nextKey(&isFirst) {
            if key.isEqual(to: "id"), try reader.kind() == .string {
                id = try reader.string()
            } else if key.isEqual(to: "@removed") {
                isRemoved = try Entry.reason(&reader) != nil
            } else if key.isEqual(to: "@odata.type"), try reader.kind() == .string {
                let type = try reader.string()
                isNoRecipient =
                    type.isEqual(to: "#microsoft.graph.device") || type.isEqual(to: "#microsoft.graph.servicePrincipal")
            } else {
                try reader.skipValue()
            }
        }
    }
}
