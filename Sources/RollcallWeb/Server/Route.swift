/// One thing that can be asked for.
package struct Route: Sendable {
    package enum Style: Sendable {
        /// For browsers: a session by cookie, forms with a token.
        case page
        /// For programs: a bearer token, JSON, problem+json.
        case api
        /// For monitoring: text, no sign-in of the other two kinds.
        case plain
    }

    package let method: String
    package let pattern: String
    package let style: Style
    /// Takes long, or waits for a connector: has a thread of its own.
    package let isSlow: Bool
    /// The most bytes that a request may carry.
    package let mostBody: Int
    package let handler: @Sendable (Call) throws -> WebResponse

    package init(
        _ method: String, _ pattern: String, _ style: Style = .page, isSlow: Bool = false, mostBody: Int = 2 << 20,
        run handler: @escaping @Sendable (Call) throws -> WebResponse
    ) {
        self.method = method
        self.pattern = pattern
        self.style = style
        self.isSlow = isSlow
        self.mostBody = mostBody
        self.handler = handler
    }

    package var name: String { "\(method) \(pattern)" }
}

/// All routes, each with the permission that it asks for. A route without one, and a permission without a route, keep
/// the program from starting: nothing is ever open because somebody forgot a line.
package struct RouteTable: Sendable {
    package struct Entry: Sendable {
        package let route: Route
        package let permission: Permission
        let parts: [Substring]
        let literals: Int
    }

    package struct Flaw: Error, CustomStringConvertible {
        package let description: String
    }

    package let entries: [Entry]

    package init(_ routes: [Route], _ permissions: [String: Permission]) throws {
        var entries: [Entry] = []
        var names: Set<String> = []
        for route in routes {
            guard let permission = permissions[route.name] else {
                throw Flaw(description: "The route \(route.name) has no permission.")
            }
            guard names.insert(route.name).inserted else {
                throw Flaw(description: "The route \(route.name) is there twice.")
            }
            let parts = route.pattern.split(separator: "/")
            entries.append(
                Entry(
                    route: route, permission: permission, parts: parts,
                    literals: parts.filter { !$0.hasPrefix(":") }.count))
        }
        if let stray = permissions.keys.first(where: { !names.contains($0) }) {
            throw Flaw(description: "There is a permission for \(stray), but no such route.")
        }
        // The more that is spelled out, the closer the match.
        self.entries = entries.sorted { $0.literals > $1.literals }
    }

    enum Match {
        case found(Entry, [String: String])
        case otherMethod([String])
        case none
    }

    func match(_ method: String, _ segments: [String]) -> Match {
        var others: [String] = []
        for entry in entries where entry.parts.count == segments.count {
            var parameters: [String: String] = [:]
            let fits = zip(entry.parts, segments).allSatisfy { part, segment in
                guard part.hasPrefix(":") else { return part == segment }
                parameters[String(part.dropFirst())] = segment
                return true
            }
            guard fits else { continue }
            if entry.route.method == method { return .found(entry, parameters) }
            others.append(entry.route.method)
        }
        return others.isEmpty ? .none : .otherMethod(others)
    }
}
