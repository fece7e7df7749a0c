#!/usr/bin/env python3
"""Microsoft 365 into the address book, Rollcall beside a minimal Python client, both against the same simulator of Graph
in the same run: a first sync, then one with nothing changed.

    bench_o365.py --prefix PREFIX [--users 100000] [--rounds 5] [--check]

Whose turn is first alternates, stores are fresh each round, and both must come to the same counts. The simulator has its
pages ready before the clock starts. Prints a table of medians; --check exits 1 if a target is missed.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import measure

HERE = pathlib.Path(__file__).resolve().parent
DOMAIN = "example.com"


class Simulator:
    def __init__(self, users):
        self.process = subprocess.Popen(
            [sys.executable, "-B", str(HERE.parent / "GraphSimulator/simulator.py"), "--users", str(users), "--plain"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def peer(place, facts):
    done = measure.measure(
        [sys.executable, str(HERE / "peer_graph.py"), facts["origin"], facts["tenant"], facts["client_id"],
         facts["client_secret"], str(place / "peer.db"), DOMAIN], str(place / "peer"))
    if done.status != 0:
        sys.exit(f"the peer ended with {done.status}: {done.errors.decode(errors='replace')[-800:]}")
    return done, json.loads(done.output)


class Rollcall:
    def __init__(self, place, options, facts):
        self.options, self.place = options, place
        (place / "rollcall.yaml").write_text(
            f"store: sqlite:{place}/rollcall.db\nkeys: file:{place}/keys\n"
            f"connectors: {{ path: [{json.dumps(str(options.connectors))}], policy: own }}\n")
        self.call("domain", "add", DOMAIN, "--type", "o365")
        self.call(
            "source", "set", DOMAIN, "cloud=custom", f"login_url={facts['origin']}", f"graph_url={facts['origin']}",
            "auth=app", f"tenant_id={facts['tenant']}", f"client_id={facts['client_id']}")
        self.call("source", "secret", DOMAIN, "client_secret", text=facts["client_secret"])

    def words(self, *words):
        return [str(self.options.rollcall), "--config", str(self.place / "rollcall.yaml"), *words]

    def call(self, *words, text=""):
        done = subprocess.run(self.words(*words), input=text, capture_output=True, check=False, text=True)
        if done.returncode != 0:
            sys.exit(f"rollcall {' '.join(words)} ended with {done.returncode}: {done.stderr}")

    def run(self, outcome):
        done = measure.measure(self.words("sync", "run", DOMAIN, "--json"), str(self.place / "rollcall"))
        answer = json.loads(done.output or b"{}")
        if done.status != 0 or answer.get("outcome") != outcome:
            sys.exit(f"rollcall ended with {done.status}: {(done.output + done.errors).decode(errors='replace')[-800:]}")
        return done, {what: answer["counts"][what]["add"] for what in ("accounts", "aliases", "lists")}


def requests_alone(facts):
    """What the three delta requests and the token take by themselves, as one program that does nothing else sees it."""
    text = (
        "import json,time,urllib.parse as p,urllib.request as u,sys\n"
        "o,t,c,s=sys.argv[1:5]\n"
        "a=json.load(u.urlopen(f'{o}/{t}/oauth2/v2.0/token',p.urlencode({'grant_type':'client_credentials','client_id':c,"
        "'client_secret':s,'scope':o+'/.default'}).encode()))['access_token']\n"
        "g=lambda l:json.load(u.urlopen(u.Request(l,headers={'Authorization':'Bearer '+a})))\n"
        "links=[g(f'{o}/v1.0/{x}/delta?$deltatoken=latest')['@odata.deltaLink'] for x in ('users','groups','contacts')]\n"
        "b=time.time()\n"
        "g(f'{o}/v1.0/organization')\n"
        "[g(l) for l in links]\n"
        "print(time.time()-b)\n")
    done = subprocess.run(
        [sys.executable, "-c", text, facts["origin"], facts["tenant"], facts["client_id"], facts["client_secret"]],
        capture_output=True, text=True, check=True)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(".build-run/bench/o365"))
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    options = measure.installed(parser)
    work = options.work.resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    simulator = Simulator(options.users)
    figures = {}

    def note(side, which, done):
        figures.setdefault((which, side), []).append(done)
        print(f"  {side}, {which}: {done.wall:.2f} s", file=sys.stderr)

    try:
        # Once around, so that the simulator has its pages ready.
        (work / "warm").mkdir(mode=0o700)
        for _ in range(2):
            peer(work / "warm", simulator.facts)
        for number in range(options.rounds):
            place = work / "round"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
            rollcall = Rollcall(place, options, simulator.facts)
            counts = {}
            for which, outcome in (("first", "applied"), ("nothing changed", "unchanged")):
                for side in ("peer", "rollcall") if number % 2 == 0 else ("rollcall", "peer"):
                    done, count = peer(place, simulator.facts) if side == "peer" else rollcall.run(outcome)
                    note(side, which, done)
                    counts.setdefault((side, which), {k: count[k] for k in ("accounts", "aliases", "lists")})
            if counts["peer", "first"] != counts["rollcall", "first"]:
                sys.exit(f"they came to different things: {counts}")
            time.sleep(.2)
        alone = statistics.median(requests_alone(simulator.facts) for _ in range(3))
    finally:
        simulator.close()
        shutil.rmtree(work, ignore_errors=True)

    median = lambda which, side, what: statistics.median(getattr(d, what) for d in figures[which, side])
    print(f"{options.users} users, {options.rounds} rounds, medians")
    print(f"{'':18}{'peer':>22}{'rollcall':>22}{'ratio':>8}")
    for which in ("first", "nothing changed"):
        cells = [
            f"{median(which, side, 'wall'):.2f} s {median(which, side, 'peak') / 2**20:.0f} MiB"
            for side in ("peer", "rollcall")]
        ratio = median(which, "rollcall", "wall") / median(which, "peer", "wall")
        print(f"{which:18}{cells[0]:>22}{cells[1]:>22}{ratio:8.2f}")
    targets = [
        ("first: wall, times the peer's", median("first", "rollcall", "wall") / median("first", "peer", "wall"), .5),
        ("nothing changed: seconds beside the requests' own time", median("nothing changed", "rollcall", "wall") - alone, .15),
        ("first: MiB resident", median("first", "rollcall", "peak") / 2**20, 150),
    ]
    for name, value, most in targets:
        print(f"{'ok  ' if value <= most else 'MISS'} {name}: {value:.3g} (at most {most})")
    return 1 if options.check and any(value > most for _, value, most in targets) else 0


sys.exit(main())
