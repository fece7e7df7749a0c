internal import RollcallCore
internal import RollcallSync

/// What a test notification came to, for everybody who was to get it.
enum NotifyPart {
    static func html(_ result: TestNotification) -> HTML {
        let rows = (result.mail + [result.webhook].compactMap { $0 }).map { line -> [HTML] in
            [
                "<bdi>\(line.recipient)</bdi>", line.ok ? "sent" : line.isForLater ? "not sent" : "refused",
                "\(line.flaw ?? "")",
            ]
        }
        let title: HTML =
            result.ok
            ? "<span aria-hidden=\"true\">✓</span> The test notification was sent"
            : "The test notification did not reach everybody"
        return """
            <section class="card\(result.ok ? "" : " failure")" role="status" aria-labelledby="notify-h"><h2 id="notify-h">\(title)</h2>
            \(Grid.html("Test notification", ["To", "Result", "Why"], rows, empty: ""))</section>
            """
    }
}
