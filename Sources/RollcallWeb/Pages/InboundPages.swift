internal import RollcallConnectors
internal import RollcallCore
internal import RollcallStore
internal import RollcallSync

/// Inbound Servers: where the gateway delivers a domain's mail, and the pencil by which its server type changes.
enum InboundPages {
    static let routes: [Route] = [
        Route("GET", "/domains/:domain") { call in .see(DomainPart.path(try call.domain(), "/accounts")) },
        Route("GET", "/domains/:domain/inbound") { call in try page(call, nil, nil) },
        Route("POST", "/domains/:domain/inbound", run: save),
        Route("GET", "/domains/:domain/type") { call in try typePage(call, nil) },
        Route("POST", "/domains/:domain/type", run: setType),
    ]

    private static func line(_ server: InboundServer) -> String {
        let host = server.host.utf8.contains(UInt8(ascii: ":")) ? "[\(server.host)]" : server.host
        return "\(host):\(server.port)/\(server.preference)"
    }

    private static func page(_ call: Call, _ text: String?, _ failure: WebFailure?) throws -> WebResponse {
        let domain = try call.domain()
        var layout = try DomainPart.layout(call, domain, "Inbound Servers", "inbound")
        layout.failure = failure
        let known = call.service.environment.catalog.scan()
        let type =
            known.first { $0.id == domain.serverType && $0.state != .doubled }.map { $0.tab?.title ?? $0.name }
            ?? domain.serverType
        let rows = domain.inbound.map { server -> [HTML] in
            ["\(server.host)", "\(server.port)", "\(server.preference)"]
        }
        let pencil: HTML =
            call.visitor.may(.admin)
            ? " <a class=\"button\" href=\"\(DomainPart.path(domain, "/type"))\"><span aria-hidden=\"true\">✎</span> Change<span class=\"sr\"> server type</span></a>"
            : ""
        let form: HTML =
            call.visitor.may(.admin)
            ? """
            <form method="post" action="\(DomainPart.path(domain, "/inbound"))">\(Form.token(call.visitor))
            \(Form.area("inbound", "Servers, one a line", rows: 4) {
                $0.value = text ?? domain.inbound.map(line).joined(separator: "\n")
                $0.hint = "HOST:PORT/PREFERENCE. The lowest preference comes first, equal ones share."
                $0.flaw = failure?.message
            })
            <button class="main">Save</button></form>
            """ : ""
        let content: HTML = """
            <p class="row"><span>Server type: <strong>\(type)</strong>\(pencil)</span></p>
            \(Grid.html("Inbound servers", ["Host", "Port", "Preference"], rows, empty: "None yet: the gateway does not know where to deliver this domain's mail."))
            \(form)
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func save(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let text = try call.request.form()["inbound"] ?? ""
        do {
            try call.perform(
                all: ["domain", "inbound"] + ListValue.items(text).map { "--server=\($0)" } + ["--", domain.name])
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "inbound"
            return try page(call, text, failure)
        }
        return .see(DomainPart.path(domain, "/inbound?done=saved"))
    }

    private static func typePage(_ call: Call, _ failure: WebFailure?) throws -> WebResponse {
        let domain = try call.domain()
        var layout = try DomainPart.layout(call, domain, "Server type", "inbound")
        layout.failure = failure
        let content: HTML = """
            <p>Sources of the old type are kept with all their settings, but disabled.</p>
            <form method="post" action="\(DomainPart.path(domain, "/type"))">\(Form.token(call.visitor))
            \(ServerTypes.select(call, "type", domain.serverType, flaw: failure?.message))
            <div class="buttons"><button class="main">Save</button><a class="button" href="\(DomainPart.path(domain, "/inbound"))">Cancel</a></div></form>
            """
        return .page(layout.html(call.visitor, content), status: failure?.status ?? 200)
    }

    private static func setType(_ call: Call) throws -> WebResponse {
        let domain = try call.domain()
        let type = try call.request.form()["type"] ?? ""
        do {
            try call.perform("domain", "set-type", "--", domain.name, type)
        } catch {
            var failure = call.site.environment.failure(error)
            failure.field = "type"
            return try typePage(call, failure)
        }
        return .see(DomainPart.path(domain, "/sync/\(Escape.url(type))?done=typed"))
    }
}
