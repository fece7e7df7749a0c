/// What mailboxes are for (`userPurpose`): user, shared, room, equipment. No list tells it, so it is asked for user by
/// user, twenty to a request; only where a person has switched it on, since it takes a permission of its own.

internal import ConnectorKit

enum Purposes {
    /// By id; an empty text where there is no mailbox. An id that is missing is not known.
    static func ask(_ graph: Graph, _ ids: [String]) throws(Stop) -> [String: String] {
        var found: [String: String] = [:]
        var rest = ids[...]
        var patience = Patience(attempts: graph.options.attempts)
        var attempt = 0
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(20))
            rest = rest.dropFirst(chunk.count)
            let answers = try batch(graph, chunk)
            var again: [String] = []
            var retryAfter = ""
            for answer in answers {
                guard let index = Int(answer["id"].text ?? ""), chunk.indices.contains(index) else { continue }
                switch answer["status"].number ?? 0 {
                case 200: found[chunk[index]] = answer["body"]["value"].text ?? "user"
                case 404: found[chunk[index]] = ""
                case 403:
                    throw .denied(
                        "The mailboxes' purpose: the permission MailboxSettings.Read is missing. Grant it, or switch user_purpose off.",
                        field: "user_purpose")
                case 429, 500...599:
                    again.append(chunk[index])
                    retryAfter = header(answer["headers"], "retry-after") ?? retryAfter
                default: continue
                }
            }
            guard !again.isEmpty else { continue }
            rest = again[...] + rest
            if retryAfter.isEmpty { attempt += 1 }
            try patience.wait(
                after: attempt, retryAfter: retryAfter, graph.host,
                or: .unavailable("The mailboxes' purpose: the service asks to come back later."))
        }
        return found
    }

    private static func batch(_ graph: Graph, _ ids: [String]) throws(Stop) -> [JSONValue] {
        let steps = ids.enumerated().map { index, id in
            #"{"id":"\#(index)","method":"GET","url":"/users/\#(id)/mailboxSettings/userPurpose"}"#
        }
        let body = #"{"requests":["# + steps.joined(separator: ",") + "]}"
        return try graph.value(
            graph.url("$batch"), what: "The mailboxes' purpose", needs: "MailboxSettings.Read", body: Array(body.utf8)
        )["responses"].elements
    }

    private static func header(_ headers: JSONValue, _ name: String) -> String? {
        guard case .object(let members) = headers else { return nil }
        return members.first { Text.lowered($0.key) == name }?.value.text
    }
}
