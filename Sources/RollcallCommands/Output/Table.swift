/// A table for people: left-aligned columns two blanks apart, a heading, no lines. Machines use `--json`; so this may
/// change its looks, and never its meaning.
struct Table: Sendable {
    private var heading: [String]
    private var rows: [[String]] = []
    private let none: String

    /// - Parameter none: what is said instead of an empty table.
    init(_ heading: [String], none: String) {
        self.heading = heading
        self.none = none
    }

    mutating func add(_ cells: [String?]) { rows.append(cells.map { shown($0 ?? "-") }) }

    var lines: [String] {
        if rows.isEmpty { return [none] }
        var widths = heading.map(Self.width)
        for row in rows {
            for (index, cell) in row.enumerated() where index < widths.count {
                widths[index] = max(widths[index], Self.width(cell))
            }
        }
        return ([heading] + rows).map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                line += cell
                if index + 1 < row.count {
                    line += String(repeating: " ", count: widths[index] - Self.width(cell) + 2)
                }
            }
            return line
        }
    }

    // Characters, not bytes: here it is about what the eye sees, and a terminal's own idea of width is out of reach.
    private static func width(_ text: String) -> Int { text.count }
}

/// Facts about one thing, one a line: `name   value`.
struct Facts: Sendable {
    private var pairs: [(String, String)] = []

    init() {}

    mutating func add(_ name: String, _ value: String?) {
        if let value { pairs.append((name, shown(value))) }
    }

    mutating func add(_ name: String, _ values: [String]) {
        for (index, value) in values.enumerated() { pairs.append((index == 0 ? name : "", shown(value))) }
    }

    var lines: [String] {
        let width = pairs.map(\.0.count).max() ?? 0
        return pairs.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }
    }
}
