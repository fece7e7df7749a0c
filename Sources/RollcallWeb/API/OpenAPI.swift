/// The OpenAPI 3.1 document, made from the endpoints that are served.
enum OpenAPI {
    static func document(_ settings: SiteSettings) -> String {
        var paths: [String] = []
        for path in API.endpoints.map({ $0.route.pattern }).reduce(
            into: [String](), { if !$0.contains($1) { $0.append($1) } })
        {
            let here = API.endpoints.filter { $0.route.pattern == path }
            paths.append("\(quoted(template(path))):{\(here.map(operation).joined(separator: ","))}")
        }
        return """
            {"openapi":"3.1.0","info":{"title":"Rollcall","version":\(quoted(settings.version)),\
            "description":"The address book of a mail gateway, kept in step with directories. The words are those of the command line.",\
            "license":{"name":"Apache-2.0","identifier":"Apache-2.0"}},\
            "servers":[{"url":\(quoted(settings.baseURL))}],"security":[{"token":[]}],\
            "paths":{\(paths.joined(separator: ","))},"components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},\
            "schemas":\(Schemas.text)}}
            """
    }

    private static func template(_ pattern: String) -> String {
        "/"
            + pattern.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }.joined(
                separator: "/")
    }

    private static func operation(_ endpoint: Endpoint) -> String {
        let route = endpoint.route
        let inPath = route.pattern.split(separator: "/").filter { $0.hasPrefix(":") }.map { part in
            #"{"name":"\#(part.dropFirst())","in":"path","required":true,"schema":{"type":"string"}}"#
        }
        let inQuery = endpoint.query.map { parameter in
            #"{"name":"\#(parameter.name)","in":"query","required":\#(parameter.about.contains("needed")),"description":\#(quoted(parameter.about)),"schema":\#(parameter.schema)}"#
        }
        var answers = endpoint.answers.map { answer in
            #""\#(answer.status)":{"description":"\#(answer.status == 304 ? "As you have it" : "Done")"\#(content(answer.schema))}"#
        }
        let refusal =
            ##"{"description":"Refused","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}"##
        answers.append("\"default\":\(refusal)")
        let body =
            endpoint.body.map { name in
                name == "*"
                    ? #","requestBody":{"required":true,"content":{"application/json":{"schema":{}},"text/csv":{"schema":{"type":"string"}},"text/ldif":{"schema":{"type":"string"}}}}"#
                    : ##","requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/\##(name)"}}}}"##
            } ?? ""
        let id =
            ([route.method.lowercased()]
            + route.pattern.split(separator: "/").dropFirst(2).map { $0.filter { $0 != ":" } })
            .joined(separator: "_")
        return
            #""\#(route.method.lowercased())":{"operationId":\#(quoted(id)),"summary":\#(quoted(endpoint.about)),"parameters":[\#((inPath + inQuery).joined(separator: ","))]\#(body),"responses":{\#(answers.joined(separator: ","))}}"#
    }

    private static func content(_ schema: String?) -> String {
        guard let schema else { return "" }
        if schema == "*events" { return #","content":{"text/event-stream":{"schema":{"type":"string"}}}"# }
        return ##","content":{"application/json":{"schema":{"$ref":"#/components/schemas/\##(schema)"}}}"##
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
