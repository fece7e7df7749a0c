#!/usr/bin/env python3
"""`make bench`: a CSV directory into the address book, Rollcall beside a Python csv + sqlite3 import of the same file.

Each round makes fresh stores and runs both in turn (who goes first alternates): a first sync, then one with nothing
changed. Both must come to what the generator knows to be right. Prints a table; writes results.json and results.svg.
With --check the exit is 1 if a target is missed. Standard library only.
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import asdict

import directory
import measure
import report

HERE = pathlib.Path(__file__).resolve().parent


class Wrong(Exception):
    """A run that failed or came to something else than it should: its time would mean nothing."""


class Peer:
    name = "peer"

    def __init__(self, place, source, _options):
        self.place, self.source = place, source

    def run(self, expected, first):
        database = str(self.place / "peer.db")
        command = [sys.executable, str(HERE / "peer_csv.py"), str(self.source), database, directory.DOMAIN]
        done = measure.measure(command, str(self.place / "peer"))
        if done.status != 0:
            raise Wrong(f"the peer ended with {done.status}: {done.errors.decode(errors='replace')[-500:]}")
        answer = json.loads(done.output)
        written = answer.pop("written")
        if answer != asdict(expected) or (written == 0) == first:
            raise Wrong(f"the peer came to {answer}, {written} rows written, where {asdict(expected)} is right")
        return done


class Rollcall:
    name = "rollcall"

    def __init__(self, place, source, options):
        self.place, self.options = place, options
        self.config = place / "rollcall.yaml"
        self.config.write_text(
            f"store: sqlite:{place}/rollcall.db\nkeys: file:{place}/keys\n"
            f"connectors: {{ path: [{json.dumps(str(options.connectors))}], policy: own }}\n"
        )
        self.call("domain", "add", directory.DOMAIN, "--type", "generic")
        self.call("source", "set", directory.DOMAIN, f"location={source}")

    def command(self, *words):
        return [str(self.options.rollcall), "--config", str(self.config), *words]

    def call(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, check=False)
        if done.returncode != 0:
            text = done.stderr.decode(errors="replace")
            raise Wrong(f"rollcall {' '.join(words)} ended with {done.returncode}: {text}")

    def run(self, expected, first):
        done = measure.measure(self.command("sync", "run", directory.DOMAIN, "--json"), str(self.place / "rollcall"))
        if done.status != 0:
            text = (done.errors + done.output).decode(errors="replace")
            raise Wrong(f"rollcall sync run ended with {done.status}: {text[-800:]}")
        answer = json.loads(done.output)
        counts = {what: answer["counts"][what]["add"] for what in ("accounts", "aliases", "lists", "members")}
        counts["foreign"] = answer["leftOut"]["foreign"]
        wanted = asdict(expected) if first else asdict(directory.Expected(foreign=expected.foreign))
        outcome = "applied" if first else "unchanged"
        # A connector that can tell at once that nothing changed reads, and so leaves out, nothing.
        if not first and counts["foreign"] == 0:
            wanted["foreign"] = 0
        if answer["outcome"] != outcome or counts != wanted:
            raise Wrong(f"rollcall came to {answer['outcome']} {counts} where {outcome} {wanted} is right")
        return done


def play(people, options, work):
    """All rounds of one size: {work: {side: [figures]}}."""
    source = work / f"people-{people}.csv"
    expected = directory.generate(source, people, options.seed)
    source.read_bytes()
    sides = [Peer] if options.peer_only else [Peer, Rollcall]
    rounds = {"first": {side.name: [] for side in sides}, "second": {side.name: [] for side in sides}}
    for number in range(options.rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            place = work / "store"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
            player = side(place, source, options)
            for which in ("first", "second"):
                done = player.run(expected, which == "first")
                rounds[which][side.name].append({"wall": done.wall, "cpu": done.cpu, "peak": done.peak})
                print(f"  round {number + 1}: {side.name}, {report.NAMES[which]}: {done.wall:.2f} s", file=sys.stderr)
            shutil.rmtree(place)
    source.unlink()
    return rounds


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", type=pathlib.Path, help="where Rollcall is installed")
    parser.add_argument("--rollcall", type=pathlib.Path, help="the program, where it is not PREFIX/bin/rollcall")
    parser.add_argument("--connectors", type=pathlib.Path, help="folder, where not PREFIX/lib/rollcall/connectors")
    parser.add_argument("--people", type=int, action="append", help="rows; may be given more than once (200000)")
    parser.add_argument("--million", action="store_true", help="also 1,000,000 rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20)
    out = pathlib.Path(".build-run/bench")
    parser.add_argument("--out", type=pathlib.Path, default=out, help="folder for the results")
    parser.add_argument("--work", type=pathlib.Path, help="folder for stores and files, on a real disk (OUT/work)")
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    parser.add_argument("--peer-only", action="store_true", help="measure the peer alone")
    options = parser.parse_args()
    options.people = options.people or [200_000]
    if options.million:
        options.people.append(1_000_000)
    if options.prefix:
        options.rollcall = options.rollcall or options.prefix / "bin/rollcall"
        options.connectors = options.connectors or options.prefix / "lib/rollcall/connectors"
    if not options.peer_only:
        if not options.rollcall or not options.connectors:
            parser.error("say where Rollcall is: --prefix, or --rollcall and --connectors")
        options.rollcall, options.connectors = options.rollcall.resolve(), options.connectors.resolve()
        if not os.access(options.rollcall, os.X_OK):
            parser.error(f"there is no program {options.rollcall}; build and install it first (make bench does)")
    return options


def linear(sizes):
    """The target for a million: at most 1.2 times five times what 200,000 take."""
    small, large = (sizes.get(people, {}).get("first", {}).get("rollcall") for people in (200_000, 1_000_000))
    if not small or not large:
        return []
    growth = large["wall"] / small["wall"]
    return [("1,000,000 rows, first sync: times the 200,000", growth, 6.0, growth <= 6.0)]


def main():
    options = arguments()
    measure.adopt_orphans()
    options.out.mkdir(parents=True, exist_ok=True)
    work = (options.work or options.out / "work").resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    rounds, sizes, verdicts = {}, {}, []
    try:
        for people in options.people:
            rounds[people] = play(people, options, work)
            sizes[people] = report.summary(rounds[people])
            verdicts += report.verdicts(people, sizes[people])
            print(report.table(people, sizes[people]))
    except Wrong as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(work, ignore_errors=True)
    verdicts += linear(sizes)
    for what, figure, allowed, met in verdicts:
        print(f"  {'met   ' if met else 'MISSED'} {what}: {figure:.2f}, at most {allowed:g}")
    machine = {
        "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(), "sqlite": sqlite3.sqlite_version,
    }
    document = {
        "seed": options.seed, "rounds": options.rounds, "machine": machine, "sizes": sizes, "runs": rounds,
        "targets": [{"what": w, "measured": f, "allowed": a, "met": m} for w, f, a, m in verdicts],
    }
    (options.out / "results.json").write_text(json.dumps(document, indent=2) + "\n")
    (options.out / "results.svg").write_text(report.chart(sizes))
    print(f"  results.json and results.svg are in {options.out}")
    return 1 if options.check and not all(met for *_, met in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
