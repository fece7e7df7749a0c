internal import RollcallCore
internal import RollcallSync

/// Numbers, times and outcomes as every page says them.
enum Text {
    static func time(_ at: Timestamp?) -> HTML {
        guard let at else { return "<span class=\"none\">never</span>" }
        let text = at.description
        let date = text.prefix(10), clock = text.dropFirst(11).prefix(5)
        return "<time datetime=\"\(text)\"><span>\(String(date))</span> <span>\(String(clock)) UTC</span></time>"
    }

    static func number(_ number: Int) -> String { NumberText.number(number) }

    static func count(_ number: Int, _ one: String, _ many: String) -> String { NumberText.count(number, one, many) }

    /// A word and a sign, so that colour says nothing alone.
    static func outcome(_ run: RunSummary) -> HTML {
        let (sign, word): (String, String) =
            switch run.outcome {
            case .running: ("…", "Running")
            case .applied: ("✓", "Applied")
            case .unchanged: ("=", "Unchanged")
            case .previewed: run.held.isEmpty ? ("?", "Previewed") : ("!", "Previewed, would be held")
            case .held: ("!", "Held")
            case .failed: ("×", "Failed")
            case .cancelled: ("–", "Cancelled")
            }
        return
            "<span class=\"outcome \(run.outcome.rawValue)\"><span aria-hidden=\"true\">\(sign)</span> \(word)</span>"
    }

    static func took(_ run: RunSummary) -> String {
        guard let end = run.finishedAt else { return "" }
        let seconds = end.seconds - run.startedAt.seconds
        return seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }

    static func by(_ person: String) -> String { person }

    /// Copy for a limit that a plan is over.
    static func held(_ held: Held) -> String {
        if held.limit == "empty" { return "This would empty the address book, which is never done without a person." }
        let what: [String: String] = [
            "accounts.add": "add %d accounts", "accounts.delete": "delete %d accounts", "aliases.add": "add %d aliases",
            "aliases.delete": "delete %d aliases", "lists.add": "add %d lists", "lists.delete": "delete %d lists",
            "members.delete": "take %d members from a list", "total": "do %d operations",
        ]
        let sentence = (what[held.limit] ?? "do %d times \(held.limit)").split(
            separator: "%d", omittingEmptySubsequences: false
        )
        .joined(separator: number(held.planned))
        let share = held.of > 0 ? " of \(number(held.of)) (\(held.planned * 100 / held.of) %)" : ""
        return "This would \(sentence)\(share). The limit is \(held.allowed)."
    }
}

extension Text {
    /// An address; a long one may be broken where it has parts, so that it does not push a table's other columns away.
    static func address(_ text: String) -> HTML {
        guard text.utf8.count > 32 else { return "<bdi>\(text)</bdi>" }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false).enumerated().map {
            index, part -> HTML in
            let names = part.split(separator: ".", omittingEmptySubsequences: false).enumerated().map {
                $0 == 0 ? "\(String($1))" : "<wbr>.\(String($1))" as HTML
            }
            return index == 0 ? "\(names)" : "<wbr>@\(names)"
        }
        return "<bdi>\(parts)</bdi>"
    }

    /// What stands between backticks is for the command line, in hints that are for pages too.
    static func code(_ text: String) -> HTML {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        guard parts.count % 2 == 1 else { return "\(text)" }
        let pieces = parts.enumerated().map { $0 % 2 == 0 ? "\($1)" : "<code>\($1)</code>" as HTML }
        return "\(pieces)"
    }
}

/// Facts in pairs, side by side; `isLong`: each on a line of its own.
enum FactList {
    static func html(_ facts: [(String, HTML?)], isLong: Bool = false) -> HTML {
        let rows = facts.compactMap { name, value -> HTML? in value.map { "<div><dt>\(name)</dt><dd>\($0)</dd></div>" }
        }
        return "<dl class=\"facts\(isLong ? " long" : "")\">\(rows)</dl>"
    }
}

/// A table that may be wider than the window: it scrolls by itself, also by keyboard.
enum Grid {
    static func html(_ caption: String, _ heading: [String], _ rows: [[HTML]], empty: HTML, id: String = "") -> HTML {
        guard !rows.isEmpty else { return "<p class=\"empty\">\(empty)</p>" }
        let head = heading.map { name -> HTML in
            name.isEmpty ? "<td></td>" : "<th scope=\"col\">\(name)</th>"
        }
        let body = rows.map { row -> HTML in
            let cells = row.enumerated().map { index, cell -> HTML in
                index == 0 ? "<th scope=\"row\">\(cell)</th>" : "<td>\(cell)</td>"
            }
            return "<tr>\(cells)</tr>"
        }
        return """
            <div class="scroll" role="region" tabindex="0" aria-label="\(caption)"><table class="cols-\(heading.count)"\(id.isEmpty ? "" : " id=\"\(id)\"" as HTML)>\
            <caption>\(caption)</caption><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>
            """
    }
}
