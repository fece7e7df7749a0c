"""The results as a table for people, as JSON for machines and as an SVG chart for the documentation."""

import statistics
from html import escape

MB = 1_000_000
NAMES = {"first": "first sync", "second": "nothing changed"}


def summary(rounds):
    """`rounds` is {work: {"rollcall"|"peer": [{"wall", "cpu", "peak"}, …]}}, pairs in the same order."""
    result = {}
    for work, sides in rounds.items():
        entry = {}
        for side, runs in sides.items():
            entry[side] = {
                "wall": statistics.median(run["wall"] for run in runs),
                "wallLeast": min(run["wall"] for run in runs),
                "wallMost": max(run["wall"] for run in runs),
                "cpu": statistics.median(run["cpu"] for run in runs),
                "peakMB": max(run["peak"] for run in runs) / MB,
            }
        if len(sides) == 2:
            pairs = list(zip(sides["rollcall"], sides["peer"], strict=True))
            ratios = [ours["wall"] / theirs["wall"] for ours, theirs in pairs]
            entry["ratio"] = statistics.median(ratios)
            entry["ratios"] = ratios
            entry["cpuRatio"] = statistics.median(ours["cpu"] / theirs["cpu"] for ours, theirs in pairs)
        result[work] = entry
    return result


def table(people, results):
    lines = [f"{people:,} rows", f"  {'':<26}{'wall':>9}{'least':>9}{'most':>9}{'CPU':>9}{'peak':>10}"]
    for work, entry in results.items():
        for side in ("peer", "rollcall"):
            if side in entry:
                row = entry[side]
                lines.append(
                    f"  {side + ', ' + NAMES[work]:<26}{row['wall']:>7.2f} s{row['wallLeast']:>7.2f} s"
                    f"{row['wallMost']:>7.2f} s{row['cpu']:>7.2f} s{row['peakMB']:>7.0f} MB"
                )
        if "ratio" in entry:
            ratios = " ".join(f"{ratio:.2f}" for ratio in entry["ratios"])
            lines.append(
                f"  {'rollcall / peer':<26}{entry['ratio']:>7.2f}    pair by pair {ratios}, CPU {entry['cpuRatio']:.2f}"
            )
    return "\n".join(lines)


def verdicts(people, results):
    """(what, measured, allowed, met) for every target that these results can tell about."""
    found = []
    if people == 200_000:
        for work, allowed in (("first", 1.0), ("second", 0.5)):
            if "ratio" in results.get(work, {}):
                ratio = results[work]["ratio"]
                what = f"{people:,} rows, {NAMES[work]}: wall against the peer"
                found.append((what, ratio, allowed, ratio <= allowed))
    for work, entry in results.items():
        if "rollcall" in entry:
            peak = entry["rollcall"]["peakMB"]
            found.append((f"{people:,} rows, {NAMES[work]}: peak MB of all processes", peak, 250.0, peak <= 250))
    return found


def chart(sizes):
    """Bars of the wall clock, one group for each size and kind of run. `sizes` is {people: results}."""
    groups = [(people, work, entry) for people, results in sizes.items() for work, entry in results.items()]
    left, width, bar, gap, top = 210, 760, 20, 26, 64
    span = width - left - 130
    height = top + len(groups) * (2 * bar + gap) + 30
    longest = max(entry[side]["wallMost"] for _, _, entry in groups for side in entry if side in ("peer", "rollcall"))
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13"'
        ' font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="26" font-size="16" fill="#1b1f24">A CSV directory into the address book</text>',
        '<text x="16" y="46" fill="#57606a">wall clock, median; thin line: least to most; shorter is better</text>',
    ]
    y = top
    for people, work, entry in groups:
        out.append(f'<text x="16" y="{y + bar + 4}" fill="#1b1f24">{people:,} · {escape(NAMES[work])}</text>')
        for side, colour in (("peer", "#8c959f"), ("rollcall", "#0969da")):
            row = entry.get(side)
            if row:
                size = row["wall"] / longest * span
                low, high = (left + row[key] / longest * span for key in ("wallLeast", "wallMost"))
                middle = y + bar / 2
                name = "Python csv + sqlite3" if side == "peer" else "Rollcall"
                out.append(f'<rect x="{left}" y="{y + 2}" width="{size:.1f}" height="{bar - 4}" fill="{colour}"/>')
                out.append(f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}" stroke="#1b1f24"/>')
                out.append(
                    f'<text x="{high + 6:.1f}" y="{y + bar - 6}" font-size="11" fill="#57606a">'
                    f"{name} {row['wall']:.2f} s, {row['peakMB']:.0f} MB</text>"
                )
            y += bar
        y += gap
    out.append("</svg>")
    return "\n".join(out) + "\n"
