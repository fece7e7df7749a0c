/// All routes of the API.
enum API {
    static let endpoints: [Endpoint] =
        DomainAPI.endpoints + BookAPI.endpoints + SourceAPI.endpoints + RunAPI.endpoints + HouseAPI.endpoints
        + RecipientAPI.endpoints + PeopleAPI.endpoints

    static let routes: [Route] =
        endpoints.map(\.route) + [
            Route("GET", "/api/v1/openapi.json", .api) { call in
                WebResponse(200, "application/json", OpenAPI.document(call.site.environment.settings).utf8)
            }
        ]
}
