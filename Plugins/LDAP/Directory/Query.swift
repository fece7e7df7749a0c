/// A search, and the reading of what comes back, message by message.

internal import CLDAP
internal import ConnectorKit

struct Control {
    var oid: String
    var value: [UInt8]?
    var isCritical = true

    static let pagedResults = "1.2.840.113556.1.4.319"
    static let dirSync = "1.2.840.113556.1.4.841"
    static let extendedNames = "1.2.840.113556.1.4.529"
    static let showDeleted = "1.2.840.113556.1.4.417"
    static let domainScope = "1.2.840.113556.1.4.1339"
    static let syncRequest = "1.3.6.1.4.1.4203.1.9.1.1"
    static let syncState = "1.3.6.1.4.1.4203.1.9.1.2"
    static let syncDone = "1.3.6.1.4.1.4203.1.9.1.3"
    static let syncInfo = "1.3.6.1.4.1.4203.1.9.1.4"

    static func page(_ size: Int, _ cookie: [UInt8]) -> Control {
        Control(oid: pagedResults, value: DER.item(0x30, DER.integer(size) + DER.item(0x04, cookie)))
    }

    /// Members and names with their GUIDs: `<GUID=…>;<SID=…>;CN=…`.
    static let withGUIDs = Control(oid: extendedNames, value: DER.item(0x30, DER.integer(1)))
}

struct Query {
    enum Scope: Int32 { case base = 0, level = 1, subtree = 2 }

    var base: String
    var scope: Scope = .subtree
    var filter = "(objectClass=*)"
    var attributes: [String]
    var controls: [Control] = []
}

enum MessageKind { case entry, intermediate, result, other }

struct Outcome {
    var code: Int32
    var text: String
    var control: [UInt8]?
}

extension Connection {
    /// Microseconds: some twenty entries of a quick server.
    private static let nap: Int32 = 150

    func start(_ query: Query) throws(Stop) -> Int32 {
        try host.checkCancelled()
        var id: Int32 = -1
        let code = try guarded("take a request", options.answerTimeout) {
            withCStrings(query.attributes) { attributes in
                withControls(query.controls) { controls in
                    rollcall_ldap_search(
                        handle, query.base, query.scope.rawValue, query.filter, attributes, controls.baseAddress,
                        Int32(controls.count), &id)
                }
            }
        }
        guard code == LDAP_SUCCESS else { throw Failure.of(code, diagnostic, .read, server, options) }
        return id
    }

    /// The next message of a search, and its type. The caller frees it.
    /// - Parameter isStream: many are coming. A server writes them one by one, and to be woken for each costs both sides
    ///   more than the message; so if there is none yet, some are let gather.
    func next(_ id: Int32, isStream: Bool = false) throws(Stop) -> (kind: MessageKind, message: OpaquePointer) {
        var message: OpaquePointer?
        let type = try guarded("go on with its answer", options.answerTimeout + 500) {
            rollcall_ldap_next(
                handle, id, options.answerTimeout, isStream ? Self.nap : 0, &message)
        }
        guard type > 0, let message else {
            if type == 0 { throw Failure.late(server, "go on with its answer", options.answerTimeout) }
            throw Failure.of(rollcall_ldap_error(handle), diagnostic, .read, server, options)
        }
        switch UInt(type) {
        case LDAP_RES_SEARCH_ENTRY: return (.entry, message)
        case LDAP_RES_SEARCH_RESULT: return (.result, message)
        case LDAP_RES_INTERMEDIATE: return (.intermediate, message)
        default: return (.other, message)
        }
    }

    func outcome(_ message: OpaquePointer, control oid: String? = nil) throws(Stop) -> Outcome {
        var outcome = rollcall_ldap_outcome()
        let code = rollcall_ldap_outcome_of(handle, message, oid, &outcome)
        guard code == LDAP_SUCCESS else { throw Failure.of(code, diagnostic, .read, server, options) }
        let words = withUnsafeBytes(of: outcome.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        var control: [UInt8]?
        if outcome.has_control != 0 { control = taken(outcome.control) }
        return Outcome(code: outcome.code, text: words, control: control)
    }

    func entryControl(_ entry: OpaquePointer, _ oid: String) -> [UInt8]? {
        var value = berval()
        return rollcall_ldap_entry_control(handle, entry, oid, &value) != 0 ? taken(value) : nil
    }

    func intermediate(_ message: OpaquePointer, _ oid: String) -> [UInt8]? {
        var value = berval()
        return rollcall_ldap_intermediate(handle, message, oid, &value) != 0 ? taken(value) : nil
    }

    func failure(_ outcome: Outcome, _ phase: Phase = .read) -> Stop {
        Failure.of(outcome.code, outcome.text, phase, server, options)
    }

    /// A search of few entries: `body` sees each, references are skipped. The outcome may be any.
    func search(_ query: Query, control: String? = nil, _ body: (EntryReader) throws(Stop) -> Void) throws(Stop)
        -> Outcome
    {
        let id = try start(query)
        let reader = EntryReader()
        while true {
            let (kind, message) = try next(id)
            defer { ldap_msgfree(message) }
            if kind == .entry {
                guard reader.load(handle, message) else { throw Failure.of(-4, "", .read, server, options) }
                try body(reader)
            } else if kind == .result {
                return try outcome(message, control: control)
            }
        }
    }

    private func taken(_ value: berval) -> [UInt8] {
        defer { ber_memfree(value.bv_val) }
        return Array(UnsafeRawBufferPointer(start: value.bv_val, count: value.bv_val == nil ? 0 : Int(value.bv_len)))
    }
}

// MARK: Lending to C

private func withCStrings<Result>(_ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result)
    -> Result
{
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}

private func withControls<Result>(
    _ controls: [Control], _ body: (UnsafeBufferPointer<rollcall_control>) -> Result
) -> Result {
    let names = controls.map { strdup($0.oid) }
    let values = controls.map { control -> UnsafeMutableRawBufferPointer? in
        guard let value = control.value else { return nil }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(value.count, 1), alignment: 1)
        copy.copyBytes(from: value)
        return copy
    }
    defer {
        for name in names { free(name) }
        for value in values { value?.deallocate() }
    }
    let all = controls.indices.map { index in
        rollcall_control(
            oid: names[index].map { UnsafePointer($0) },
            value: values[index].map { UnsafeRawPointer($0.baseAddress) } ?? nil,
            length: controls[index].value?.count ?? 0, critical: controls[index].isCritical ? 1 : 0)
    }
    return all.withUnsafeBufferPointer(body)
}

internal import Glibc
