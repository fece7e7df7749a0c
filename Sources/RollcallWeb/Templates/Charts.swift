internal import RollcallCore

/// Two drawings where people would rather look than read: how many entries there were, and what each run did. Made here
/// as SVG, with a sentence for those who do not see it and the numbers in a table behind it.
enum Charts {
    static func html(_ runs: [RunSummary], entries: Int) -> HTML {
        let applied = Array(runs.filter { $0.outcome == .applied }.prefix(40).reversed())
        guard applied.count > 1 else { return "" }
        // Backwards from what is there now.
        var sizes: [Int] = []
        var size = entries
        for run in applied.reversed() {
            sizes.insert(size, at: 0)
            size -=
                run.counts.accounts.add + run.counts.lists.add - run.counts.accounts.delete - run.counts.lists.delete
        }
        let rows = zip(applied, sizes).map { run, size -> [HTML] in
            [Text.time(run.startedAt), "\(size)", "\(added(run))", "\(changed(run))", "\(removed(run))"]
        }
        return """
            <h2>Entries over time</h2>\(line(sizes))
            <h2>Operations a run</h2>\(bars(applied))
            <details><summary>The numbers</summary>\(Grid.html("Applied runs", ["When", "Entries after it", "Added", "Changed", "Removed"], rows, empty: ""))</details>
            """
    }

    private static func added(_ run: RunSummary) -> Int {
        run.counts.accounts.add + run.counts.aliases.add + run.counts.lists.add + run.counts.members.add
    }

    private static func changed(_ run: RunSummary) -> Int {
        run.counts.accounts.update + run.counts.lists.update + run.counts.aliases.move
    }

    private static func removed(_ run: RunSummary) -> Int {
        run.counts.accounts.delete + run.counts.aliases.delete + run.counts.lists.delete + run.counts.members.delete
    }

    private static let width = 600
    /// Where the drawing begins; before it stand its numbers.
    private static let left = 100
    private static let height = 160

    private static func line(_ sizes: [Int]) -> HTML {
        let most = max(1, sizes.max() ?? 1)
        let points = sizes.enumerated().map { index, size in
            "\(left + index * (width - left - 20) / max(1, sizes.count - 1)),\(height - 20 - size * (height - 40) / most)"
        }.joined(separator: " ")
        return """
            <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="From \(Text.number(sizes.first ?? 0)) to \(Text.number(sizes.last ?? 0)) entries over \(sizes.count) runs; the most were \(Text.number(most)).">
            <line class="axis" x1="\(left)" y1="\(height - 20)" x2="\(width - 20)" y2="\(height - 20)"/><text x="\(left - 8)" y="24">\(Text.number(most))</text><text x="\(left - 8)" y="\(height - 20)">0</text>
            <polyline class="line" points="\(points)"/></svg>
            """
    }

    private static func bars(_ runs: [RunSummary]) -> HTML {
        let most = max(1, runs.map { max(added($0) + changed($0), removed($0)) }.max() ?? 1)
        let middle = height / 2
        let step = min(40, (width - left - 20) / max(1, runs.count))
        func length(_ count: Int) -> Int { count == 0 ? 0 : max(2, count * (middle - 14) / most) }
        let bars = runs.enumerated().map { index, run -> HTML in
            let x = left + index * step
            let wide = max(2, step - 3)
            let (a, c, r) = (length(added(run)), length(changed(run)), length(removed(run)))
            return """
                <rect class="bar-add" x="\(x)" y="\(middle - a)" width="\(wide)" height="\(a)"/><rect class="bar-update" x="\(x)" y="\(middle - a - c)" width="\(wide)" height="\(c)"/><rect class="bar-delete" x="\(x)" y="\(middle)" width="\(wide)" height="\(r)"/>
                """
        }
        return """
            <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="Operations of the last \(runs.count) applied runs: added and changed above the line, removed below it; the most in one run were \(Text.number(most)).">
            <line class="axis" x1="\(left)" y1="\(middle)" x2="\(width - 20)" y2="\(middle)"/><text x="\(left - 8)" y="20">+\(Text.number(most))</text><text x="\(left - 8)" y="\(height - 6)">−\(Text.number(most))</text>\(bars)</svg>
            """
    }
}
