/// A route of the API with what the OpenAPI document says of it. The document is made from these, so it can name no route
/// that is not there, and miss none that is.
struct Endpoint: Sendable {
    struct Parameter: Sendable {
        let name: String
        let schema: String
        let about: String
    }

    let route: Route
    let about: String
    let query: [Parameter]
    /// The name of the schema of the body, or nothing.
    let body: String?
    /// Answers: status and the name of the schema, if it has a body.
    let answers: [(status: Int, schema: String?)]

    init(
        _ method: String, _ path: String, _ about: String, query: [Parameter] = [], body: String? = nil,
        answers: [(status: Int, schema: String?)], isSlow: Bool = false, mostBody: Int = 2 << 20,
        run: @escaping @Sendable (Call) throws -> WebResponse
    ) {
        route = Route(method, "/api/v1" + path, .api, isSlow: isSlow, mostBody: mostBody, run: run)
        self.about = about
        self.query = query
        self.body = body
        self.answers = answers
    }

    static let paging = [
        Parameter(name: "limit", schema: #"{"type":"integer","minimum":1,"maximum":1000}"#, about: "How many items."),
        Parameter(name: "cursor", schema: #"{"type":"string"}"#, about: "nextCursor of the page before."),
    ]
}
