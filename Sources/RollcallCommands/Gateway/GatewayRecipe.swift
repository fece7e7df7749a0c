internal import ArgumentParser
internal import RollcallGateway
internal import RollcallStore

/// What stands in a mail server's configuration so that it asks Rollcall, with the names of this installation filled in.
struct GatewayRecipe {
    /// All domains with their aliases, sorted.
    let domains: [String]
    let place: ListenPlace

    struct Document: Encodable {
        let gateway: String
        let asks: String
        let domains: [String]
        let text: String
    }

    /// A store that is not there has no domains; a recipe makes none.
    static func of(_ session: Session) throws -> GatewayRecipe {
        let location = try session.location()
        let domains =
            Store.exists(location)
            ? try session.store().read { try Domains.list($0).flatMap { [$0.name] + $0.aliases } }.sorted() : []
        guard let place = session.configuration.gatewayPlaces.first else {
            throw Failure(
                .configuration, "Gateways have nobody to ask: gateway.socketmap is off.",
                hint: "Set gateway.socketmap to HOST:PORT or unix:PATH.", field: "gateway.socketmap")
        }
        return GatewayRecipe(domains: domains.isEmpty ? ["example.com"] : domains, place: place)
    }

    func answer(_ gateway: String, _ text: String) -> Answer {
        Answer(
            Document(gateway: gateway, asks: place.description, domains: domains, text: text),
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init))
    }
}

/// `gateway postfix`.
struct GatewayPostfix: Verb {
    static let configuration = CommandConfiguration(
        commandName: "postfix", abstract: "Print the lines of main.cf by which Postfix asks.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let recipe = try GatewayRecipe.of(session)
        return recipe.answer("postfix", recipe.postfix)
    }
}

/// `gateway exim`.
struct GatewayExim: Verb {
    static let configuration = CommandConfiguration(
        commandName: "exim", abstract: "Print the lines of an ACL by which Exim asks.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let recipe = try GatewayRecipe.of(session)
        return recipe.answer("exim", recipe.exim)
    }
}

/// `gateway rspamd`.
struct GatewayRspamd: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rspamd", abstract: "Print the multimap by which Rspamd knows recipients.")

    @OptionGroup var options: GlobalOptions

    func answer(_ session: Session) throws -> Answer {
        let recipe = try GatewayRecipe.of(session)
        return recipe.answer(
            "rspamd", recipe.rspamd(base: session.configuration.text("http.base_url") ?? "http://localhost:8460"))
    }
}
