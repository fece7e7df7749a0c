/// Test Connection: who answers, what may be read there, and how changes will be learnt.

internal import CLDAP
internal import ConnectorKit

struct Check {
    let options: Options
    let host: Host

    func run() throws(Stop) {
        if options.security == .none {
            host.warn("Without encryption the password and all that is read can be seen on the way.", field: "security")
        }
        try Session.with(options, host) { (session) throws(Stop) in try facts(session) }
    }

    private func facts(_ session: Session) throws(Stop) {
        let root = session.root
        try host.answer("server", session.connection.server.shown)
        if !root.dnsHostName.isEmpty { try host.answer("serverName", root.dnsHostName) }
        try host.answer("vendor", root.vendor.title + (root.words.isEmpty ? "" : " (\(root.words))"))
        for context in root.namingContexts { try host.answer("namingContexts", context) }
        try host.answer("baseDN", options.baseDN)
        let encryption = ["starttls": "StartTLS", "ldaps": "LDAPS"][options.security.rawValue] ?? "none"
        try host.answer("encryption", encryption)
        try host.answer("signedInAs", options.user.isEmpty ? "nobody (anonymous)" : options.user)
        try host.answer("idAttribute", session.idAttribute)
        try reading(session)
        try host.answer("incremental", Way.choose(session).explanation)
    }

    /// The first page, to see that there is something, and which of the wanted attributes ever come.
    private func reading(_ session: Session) throws(Stop) {
        let schema = Schema(options, session.root.vendor, idAttribute: session.idAttribute)
        var query = Query(
            base: options.baseDN, filter: schema.filter, attributes: schema.attributes,
            controls: [.page(min(options.pageSize, 500), [])])
        if session.isActiveDirectory { query.controls.append(.withGUIDs) }
        var entries = 0
        var names = Set<String>()
        let outcome = try session.connection.search(query, control: Control.pagedResults) { entry in
            entries += 1
            for attribute in entry.attributes where attribute.count > 0 {
                names.insert(String(decoding: attribute.base, as: UTF8.self).asciiLowercased)
            }
        }
        guard outcome.code == LDAP_SUCCESS else { throw session.connection.failure(outcome) }
        guard entries > 0 else { throw FullRead(session: session).nothing() }
        let isAll = outcome.control.flatMap { DER.sequence($0[...]) }?.last?.content.isEmpty ?? true
        try host.answer("entries", isAll ? "\(entries)" : "more than \(entries)")
        try host.answer("filter", schema.filter)
        let wanted = [options.emailAttribute] + options.aliasAttributes
        try host.answer(
            "addressAttributes", wanted.filter { names.contains($0.asciiLowercased) }.joined(separator: ", "))
        if !wanted.contains(where: { names.contains($0.asciiLowercased) }) {
            host.warn(
                "None of \(wanted.joined(separator: ", ")) came with the first \(entries) entries: either they are not "
                    + "there or \(Failure.account(options)) may not read them.", field: "email_attribute")
        }
    }
}
