internal import CRollcall
internal import RollcallCore

/// The tab's business, threads, secrets, growth.
extension CheckChild {
    func callUnknown() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        let status = instance.call("x-no-such-method", [("x-argument", [1])])
        instance.close()
        conclude(
            host, status == ROLLCALL_UNSUPPORTED ? nil : "An unknown method returned \(status), not UNSUPPORTED.",
            "An unknown method is answered with UNSUPPORTED.")
    }

    func callCheck() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        guard instance.table.call != nil else { return tell(.warn, "It has no call, so no Test Connection either.") }
        let status = instance.call("check", [])
        instance.close()
        let tab = tab
        for problem in host.record.problems where !problem.field.isEmpty && tab?.field(problem.field) == nil {
            tell(.fail, "A problem is about the field \(problem.field), which the tab does not declare.")
        }
        if status != ROLLCALL_OK, host.record.problems.isEmpty {
            tell(.fail, "check returned \(status) and did not say why.")
        }
        saves(host, tab)
        let reason = host.record.problems.first.map { ": \($0.text)" } ?? "."
        conclude(host, nil, "check returned \(status)\(reason)")
    }

    func callSuggest() {
        guard let tab else { return tell(.pass, "There is no tab.") }
        let fields = tab.fields.filter(\.suggest)
        guard !fields.isEmpty else { return tell(.pass, "No field has suggestions.") }
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        for field in fields {
            host.reset()
            let status = instance.call("suggest", [("field", Array(field.id.utf8))])
            if status == ROLLCALL_UNSUPPORTED {
                tell(.fail, "\(field.id) has suggestions in the tab but not in call().")
            }
            if status != ROLLCALL_OK, status != ROLLCALL_UNSUPPORTED, host.record.problems.isEmpty {
                tell(.warn, "suggest for \(field.id) returned \(status) and did not say why.")
            }
        }
        instance.close()
        conclude(host, nil, "suggest answers for \(fields.map(\.id).joined(separator: ", ")).")
    }

    func callConsent() {
        guard tab?.consent != nil else { return tell(.pass, "It wants no consent.") }
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        let state = "rollcall-check-state-0123456789"
        let status = instance.call(
            "consent.begin",
            [("redirect_uri", Array("https://rollcall.example/consent".utf8)), ("state", Array(state.utf8))])
        instance.close()
        guard status == ROLLCALL_OK else { return tell(.warn, "consent.begin returned \(status) with these settings.") }
        let url = host.record.answers.first { $0.name == "url" }?.value ?? ""
        let rest = url.dropFirst("https://".utf8.count).prefix { $0 != "/" && $0 != "?" && $0 != ":" && $0 != "#" }
        let hosts = job.consentHosts
        var flaw: String?
        if !url.hasPrefix("https://") { flaw = "The URL of the consent is not https." }
        if flaw == nil, !hosts.isEmpty, !hosts.contains(rest.lowercased()) {
            flaw = "The consent is on \(rest), which the manifest's consentHosts does not list."
        }
        if flaw == nil, !url.contains(state) { flaw = "The URL of the consent does not carry the state." }
        conclude(host, flaw, "The consent is at \(rest).")
    }

    func saves(_ host: CheckHost, _ tab: TabDocument?) {
        for save in host.record.saves where tab?.field(save.field) == nil {
            tell(.fail, "It saves the field \(save.field), which the tab does not declare.")
        }
    }

    func longerHost() {
        let host = CheckHost(longer: true)
        guard let instance = opened(host) else { return }
        let status = instance.sync(mode: UInt32(ROLLCALL_FULL))
        instance.close()
        conclude(host, nil, "A host of a later version is as good (sync returned \(status)).")
    }

    func unknownMode() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        let status = instance.sync(mode: 99)
        instance.close()
        if status == ROLLCALL_OK {
            tell(.warn, "A sync of an unknown mode returned OK, as if it had been done; return UNSUPPORTED.")
        }
        conclude(host, nil, "A sync of an unknown mode returned \(status).")
    }

    func threads() {
        let host = CheckHost()
        guard let instance = opened(host) else { return }
        _ = instance.call("check", [])
        _ = instance.sync(mode: UInt32(ROLLCALL_FULL))
        host.linger()
        instance.close()
        conclude(host, nil, "Host functions are called one at a time, and not after the call.")
    }

    func secrets() {
        guard let tab, !tab.secretFields.isEmpty else { return tell(.pass, "It has no secrets.") }
        let host = CheckHost()
        guard let instance = instance(host) else { return }
        let secrets = Set(tab.secretFields.map(\.id))
        let marker = "rollcall-marker-7f3a9c51"
        let settings =
            given.filter { !secrets.contains($0.name) } + secrets.sorted().map { ($0, Array("\(marker)-\($0)".utf8)) }
        guard instance.open(settings) == ROLLCALL_OK else { return tell(.warn, "Not tried: it does not open.") }
        _ = instance.call("check", [])
        _ = instance.sync(mode: UInt32(ROLLCALL_FULL))
        instance.close()
        let record = host.record
        func look(_ texts: [String], _ place: String) {
            if texts.contains(where: { $0.contains(marker) }) { tell(.fail, "A secret shows up in \(place).") }
        }
        look(record.lines, "the log")
        look(record.problems.flatMap { [$0.text, $0.detail] }, "a problem")
        look(record.states.map { String(decoding: $0, as: UTF8.self) }, "the state")
        look(record.answers.map(\.value), "an answer")
        look(Array(record.content.objects.values), "a record")
        look(TemporaryFiles.contents(job.temporary), "a temporary file")
        conclude(host, nil, "No secret shows up where it does not belong.")
    }
}
