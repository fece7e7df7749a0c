internal import RollcallStore

/// Which route asks for what: the one table. The site does not start with a route that is not here.
enum Permissions {
    static let table: [String: Permission] = [
        // For everybody.
        "GET /assets/:file": .everybody,
        "GET /login": .everybody,
        "POST /login": .everybody,
        "GET /healthz": .everybody,
        "GET /livez": .everybody,
        "GET /readyz": .everybody,
        "GET /metrics": .everybody,

        // For gateways.
        "GET /maps/:file": .scope("maps"),

        // One's own things.
        "POST /logout": .signedIn,
        "GET /password": .signedIn,
        "POST /password": .signedIn,
        "POST /sessions/end": .signedIn,

        // Looking.
        "GET /": .role(.viewer),
        "GET /domains/:domain": .role(.viewer),
        "GET /domains/:domain/added": .role(.viewer),
        "GET /domains/:domain/inbound": .role(.viewer),
        "GET /domains/:domain/accounts": .role(.viewer),
        "GET /domains/:domain/lists": .role(.viewer),
        "GET /domains/:domain/history": .role(.viewer),
        "GET /domains/:domain/settings": .role(.viewer),
        "GET /domains/:domain/sync/:type": .role(.viewer),
        "GET /runs": .role(.viewer),
        "GET /runs/:run": .role(.viewer),
        "GET /runs/:run/events": .role(.viewer),
        "GET /runs/:run/operations.csv": .role(.viewer),
        "GET /runs/:run/operations.json": .role(.viewer),
        "GET /explain": .role(.viewer),
        "GET /connectors": .role(.viewer),

        // Runs.
        "POST /domains/:domain/sync/:type/test": .role(.operator),
        "POST /domains/:domain/sync/:type/preview": .role(.operator),
        "POST /domains/:domain/sync/:type/run": .role(.operator),
        "POST /runs/:run/approve": .role(.operator),
        "POST /runs/:run/cancel": .role(.operator),
        "POST /runs/:run/undo": .role(.operator),

        // Changing.
        "GET /domains/new": .role(.admin),
        "POST /domains/new": .role(.admin),
        "POST /domains/:domain/inbound": .role(.admin),
        "GET /domains/:domain/type": .role(.admin),
        "POST /domains/:domain/type": .role(.admin),
        "POST /domains/:domain/accounts": .role(.admin),
        "POST /domains/:domain/accounts/remove": .role(.admin),
        "POST /domains/:domain/sync/:type": .role(.admin),
        "POST /domains/:domain/sync/:type/enable": .role(.admin),
        "POST /domains/:domain/settings": .role(.admin),
        "POST /domains/:domain/aliases": .role(.admin),
        "POST /domains/:domain/remove": .role(.admin),
        "POST /domains/:domain/sync/:type/consent": .role(.admin),
        "GET /consent": .role(.admin),
        "GET /tokens": .role(.admin),
        "POST /tokens": .role(.admin),
        "POST /tokens/:token/revoke": .role(.admin),

        // Whom and what to trust.
        "GET /audit": .everywhere(.owner),
        "GET /administrators": .everywhere(.owner),
        "POST /administrators": .everywhere(.owner),
        "POST /administrators/:name/password": .everywhere(.owner),
        "POST /administrators/:name/remove": .everywhere(.owner),
        "POST /connectors/:connector/allow": .everywhere(.owner),

        // The API.
        "GET /api/v1/openapi.json": .everybody,
        "GET /api/v1/domains": .role(.viewer),
        "GET /api/v1/domains/:domain": .role(.viewer),
        "PUT /api/v1/domains/:domain": .role(.admin),
        "DELETE /api/v1/domains/:domain": .role(.admin),
        "GET /api/v1/domains/:domain/accounts": .role(.viewer),
        "GET /api/v1/domains/:domain/lists": .role(.viewer),
        "GET /api/v1/domains/:domain/book": .role(.viewer),
        "POST /api/v1/domains/:domain/accounts": .role(.admin),
        "DELETE /api/v1/domains/:domain/accounts/:address": .role(.admin),
        "PUT /api/v1/domains/:domain/posted": .role(.admin),
        "GET /api/v1/domains/:domain/sources/:type": .role(.viewer),
        "PUT /api/v1/domains/:domain/sources/:type": .role(.admin),
        "DELETE /api/v1/domains/:domain/sources/:type": .role(.admin),
        "POST /api/v1/domains/:domain/sources/:type/test": .role(.operator),
        "POST /api/v1/domains/:domain/sources/:type/preview": .role(.operator),
        "POST /api/v1/domains/:domain/sources/:type/sync": .role(.operator),
        "POST /api/v1/domains/:domain/sources/:type/consent": .role(.admin),
        "GET /api/v1/runs": .role(.viewer),
        "GET /api/v1/runs/:run": .role(.viewer),
        "GET /api/v1/runs/:run/operations": .role(.viewer),
        "GET /api/v1/runs/:run/events": .role(.viewer),
        "POST /api/v1/runs/:run/approve": .role(.operator),
        "POST /api/v1/runs/:run/cancel": .role(.operator),
        "POST /api/v1/runs/:run/undo": .role(.operator),
        "GET /api/v1/explain": .role(.viewer),
        "GET /api/v1/status": .role(.viewer),
        "GET /api/v1/connectors": .role(.viewer),
        "GET /api/v1/customers": .everywhere(.viewer),
        "PUT /api/v1/customers/:customer": .everywhere(.admin),
        "DELETE /api/v1/customers/:customer": .everywhere(.admin),
        "GET /api/v1/tokens": .everywhere(.admin),
        "POST /api/v1/tokens": .everywhere(.admin),
        "DELETE /api/v1/tokens/:token": .everywhere(.admin),
    ]
}
