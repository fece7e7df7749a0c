#!/usr/bin/env python3
"""An LDAP directory into the address book: Rollcall beside ldapsearch and a C program on libldap and SQLite.

Starts a slapd of its own on the loopback with people, groups, aliases and memberships, then in each round, with fresh
stores: ldapsearch to nowhere (the floor), the C peer twice (first, nothing changed), and Rollcall's first sync, a full
read with nothing changed, a delta with nothing changed and a delta after 1,000 changes. What each comes to is held
against what was generated. Prints a table and writes results-ldap.json; with --check the exit is 1 if a target is
missed. Needs slapd, ldap-utils, cc and the headers of libldap and SQLite.
"""

import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import time

import measure

HERE = pathlib.Path(__file__).resolve().parent
SUFFIX = "dc=example,dc=org"
ADMIN, PASSWORD = f"cn=admin,{SUFFIX}", "secret-admin"
DOMAIN = "example.com"


class Wrong(Exception):
    """A run that failed or came to something else than it should: its time would mean nothing."""


class Directory:
    """People and groups, in a slapd that ends with us."""

    def __init__(self, place, people, seed):
        self.place, self.people, self.random = place, people, random.Random(seed)
        self.port = 20000 + self.random.randrange(20000)
        self.uri = f"ldap://127.0.0.1:{self.port}"
        (place / "db").mkdir(parents=True)
        self.configure()
        self.aliases = self.memberships = 0
        self.groups = max(1, people // 20)
        with open(place / "data.ldif", "w") as file:
            self.write(file)
        configuration = str(place / "slapd.conf")
        subprocess.run(["/usr/sbin/slapadd", "-q", "-w", "-f", configuration, "-l", str(place / "data.ldif")], check=True)
        self.process = subprocess.Popen(
            ["/usr/sbin/slapd", "-d", "0", "-f", configuration, "-h", self.uri],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            probe = ["ldapsearch", "-x", "-H", self.uri, "-b", "", "-s", "base", "1.1"]
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise Wrong("slapd did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def configure(self):
        schema = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in ("core", "cosine", "inetorgperson"))
        (self.place / "mail.schema").write_text(
            "attributetype ( 1.3.6.1.4.1.55555.1.1 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch\n"
            "  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"
            "objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'mailAccount' SUP top AUXILIARY MAY ( proxyAddresses $ mail ) )\n")
        (self.place / "slapd.conf").write_text(
            f"{schema}\ninclude {self.place}/mail.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\n"
            f"moduleload syncprov\npidfile {self.place}/pid\nsizelimit unlimited\ndatabase mdb\nmaxsize 8589934592\n"
            f"suffix {SUFFIX}\nrootdn {ADMIN}\nrootpw {PASSWORD}\ndirectory {self.place}/db\ndbnosync\n"
            "index objectClass,entryCSN,entryUUID,mail eq\noverlay syncprov\nsyncprov-sessionlog 100000\n")

    def write(self, file):
        file.write(f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n")
        for unit in [f"Unit{number}" for number in range(20)] + ["Groups"]:
            file.write(f"dn: ou={unit},{SUFFIX}\nobjectClass: organizationalUnit\nou: {unit}\n\n")
        for number in range(self.people):
            extra = self.random.choice((0, 1, 1, 2, 3))
            self.aliases += extra
            lines = [
                f"dn: {self.dn(number)}", "objectClass: inetOrgPerson", "objectClass: mailAccount", f"uid: u{number}",
                f"cn: Given{number % 977} Surname{number}", f"sn: Surname{number}",
                f"displayName: Surname{number}, Given{number % 977}", f"mail: u{number}@{DOMAIN}",
                f"proxyAddresses: SMTP:u{number}@{DOMAIN}",
            ] + [f"proxyAddresses: smtp:u{number}.{index}@{DOMAIN}" for index in range(extra)]
            file.write("\n".join(lines) + "\n\n")
        for group in range(self.groups):
            members = self.random.sample(range(self.people), min(self.people, self.random.randrange(5, 64)))
            self.memberships += len(members)
            lines = [
                f"dn: cn=g{group},ou=Groups,{SUFFIX}", "objectClass: groupOfNames", "objectClass: mailAccount",
                f"cn: g{group}", f"mail: g{group}@{DOMAIN}",
            ] + [f"member: {self.dn(number)}" for number in members]
            file.write("\n".join(lines) + "\n\n")

    @staticmethod
    def dn(number):
        return f"uid=u{number},ou=Unit{number % 20},{SUFFIX}"

    def change(self, count, stamp):
        """So many entries get another alias or another name."""
        text = []
        for index, number in enumerate(self.random.sample(range(self.people), count)):
            if index % 2:
                what = f"add: proxyAddresses\nproxyAddresses: smtp:c{stamp}.{index}@{DOMAIN}"
            else:
                what = f"replace: displayName\ndisplayName: Renamed {stamp} {index}"
            text.append(f"dn: {self.dn(number)}\nchangetype: modify\n{what}\n\n")
        command = ["ldapmodify", "-x", "-H", self.uri, "-D", ADMIN, "-w", PASSWORD]
        subprocess.run(command, input="".join(text), text=True, stdout=subprocess.DEVNULL, check=True)
        return count // 2


class Rollcall:
    def __init__(self, place, options, directory):
        self.place, self.options = place, options
        self.config = place / "rollcall.yaml"
        self.config.write_text(
            f"store: sqlite:{place}/rollcall.db\nkeys: file:{place}/keys\n"
            f"connectors: {{ path: [{json.dumps(str(options.connectors))}], policy: own }}\n")
        self.call("domain", "add", DOMAIN, "--type", "ldap")
        self.call(
            "source", "set", DOMAIN, "preset=openldap", f"servers=127.0.0.1:{directory.port}", "security=none",
            f"base_dn={SUFFIX}", f"user={ADMIN}")
        self.call("source", "secret", DOMAIN, "password", text=PASSWORD)

    def command(self, *words):
        return [str(self.options.rollcall), "--config", str(self.config), *words]

    def call(self, *words, text=""):
        done = subprocess.run(self.command(*words), input=text, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise Wrong(f"rollcall {' '.join(words)} ended with {done.returncode}: {done.stderr}")

    def sync(self, *words, outcome, mode, accounts=0, aliases=0, members=0):
        done = measure.measure(self.command("sync", "run", DOMAIN, *words, "--json"), str(self.place / "run"))
        if done.status != 0:
            raise Wrong(f"rollcall sync run ended with {done.status}: {(done.errors + done.output).decode()[-800:]}")
        answer = json.loads(done.output)
        came = (answer["outcome"], answer["mode"], *(answer["counts"][w]["add"] for w in ("accounts", "aliases", "members")))
        if came != (outcome, mode, accounts, aliases, members):
            raise Wrong(f"rollcall came to {came} where {(outcome, mode, accounts, aliases, members)} is right")
        return done


def play(options, work, people):
    directory = Directory(work / f"slapd-{people}", people, options.seed)
    peer = work / "peer"
    subprocess.run(["cc", "-O2", str(HERE / "peer_ldap.c"), "-o", str(peer), "-lldap", "-llber", "-lsqlite3"], check=True)
    rounds = {}

    def keep(what, done):
        rounds.setdefault(what, []).append({"wall": done.wall, "cpu": done.cpu, "peak": done.peak})
        print(f"  {what}: {done.wall:.2f} s", file=sys.stderr)

    search = [
        "ldapsearch", "-x", "-LLL", "-H", directory.uri, "-D", ADMIN, "-w", PASSWORD, "-b", SUFFIX, "-E", "pr=1000/noprompt",
        "(|(mail=*)(objectClass=groupOfNames))", "entryUUID", "objectClass", "mail", "proxyAddresses", "displayName", "cn",
        "member",
    ]
    try:
        for number in range(options.rounds):
            place = work / "store"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o700)
            keep("ldapsearch", measure.measure(["sh", "-c", '"$@" >/dev/null', "sh", *search], str(place / "search")))
            command = [str(peer), directory.uri, SUFFIX, ADMIN, PASSWORD, str(place / "peer.db")]
            for what in ("peer, first", "peer, nothing changed"):
                done = measure.measure(command, str(place / "peer"))
                if done.status != 0 or int(done.output.split()[0]) != people + directory.groups:
                    raise Wrong(f"the peer came to {done.output!r} {done.errors!r}")
                keep(what, done)
            rollcall = Rollcall(place, options, directory)
            keep("rollcall, first", rollcall.sync(
                outcome="applied", mode="full", accounts=people, aliases=directory.aliases, members=directory.memberships))
            keep("rollcall, full, nothing changed", rollcall.sync("--full", outcome="unchanged", mode="full"))
            keep("rollcall, delta, nothing changed", rollcall.sync(outcome="unchanged", mode="delta"))
            added = directory.change(min(1000, people), number)
            directory.aliases += added
            keep("rollcall, delta, 1,000 changes", rollcall.sync(outcome="applied", mode="delta", aliases=added))
    finally:
        directory.stop()
    return rounds


def summary(rounds):
    return {
        what: {
            "wall": statistics.median(run["wall"] for run in runs), "cpu": statistics.median(run["cpu"] for run in runs),
            "peakMB": max(run["peak"] for run in runs) / 1e6,
        }
        for what, runs in rounds.items()
    }


def ratio(rounds, ours, theirs, figure="wall"):
    """Pair by pair, so that a slow minute of the machine strikes both."""
    return statistics.median(a[figure] / b[figure] for a, b in zip(rounds[ours], rounds[theirs], strict=True))


def verdicts(people, rounds, table):
    name = f"{people:,} people"
    found = [(f"{name}, first sync: wall against C + SQLite", ratio(rounds, "rollcall, first", "peer, first"), 1.0)]
    peak = table["rollcall, first"]["peakMB"]
    if people <= 100_000:
        found += [
            (f"{name}, first sync: CPU against C + SQLite", ratio(rounds, "rollcall, first", "peer, first", "cpu"), 1.6),
            (f"{name}, first sync: peak MB", peak, 150),
            (f"{name}, full, nothing changed: wall against ldapsearch",
             ratio(rounds, "rollcall, full, nothing changed", "ldapsearch"), 1.1),
            (f"{name}, delta, nothing changed: ms", table["rollcall, delta, nothing changed"]["wall"] * 1000, 60),
            (f"{name}, delta, 1,000 changes: ms", table["rollcall, delta, 1,000 changes"]["wall"] * 1000, 250),
        ]
    else:
        found.append((f"{name}, first sync: peak MB", peak, 250))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", type=pathlib.Path, required=True, help="where Rollcall is installed")
    parser.add_argument("--people", type=int, action="append", help="may be given more than once (100000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(".build-run/bench"))
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    options = parser.parse_args()
    options.rollcall = (options.prefix / "bin/rollcall").resolve()
    options.connectors = (options.prefix / "lib/rollcall/connectors").resolve()
    measure.adopt_orphans()
    options.out.mkdir(parents=True, exist_ok=True)
    work = (options.out / "work-ldap").resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    sizes, targets = {}, []
    try:
        for people in options.people or [100_000]:
            rounds = play(options, work, people)
            table = sizes[people] = summary(rounds)
            print(f"LDAP, {people:,} people\n  {'':<36}{'wall':>9}{'CPU':>9}{'peak':>10}")
            for what, row in table.items():
                print(f"  {what:<36}{row['wall']:>7.2f} s{row['cpu']:>7.2f} s{row['peakMB']:>7.0f} MB")
            targets += verdicts(people, rounds, table)
    except Wrong as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for what, figure, allowed in targets:
        print(f"  {'met   ' if figure <= allowed else 'MISSED'} {what}: {figure:.2f}, at most {allowed:g}")
    document = {"sizes": sizes, "targets": [{"what": w, "measured": f, "allowed": a, "met": f <= a} for w, f, a in targets]}
    (options.out / "results-ldap.json").write_text(json.dumps(document, indent=2) + "\n")
    return 1 if options.check and any(figure > allowed for _, figure, allowed in targets) else 0


if __name__ == "__main__":
    sys.exit(main())
