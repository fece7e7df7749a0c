#!/usr/bin/env python3
"""Lookups: Rollcall's lookup service beside a bare epoll server in C, a Python server, and Postfix's own lmdb and sqlite
maps, all over the same addresses in the same run; and, as root, a real smtpd that asks Rollcall or an lmdb file.

    bench_gateway.py --prefix PREFIX [--addresses 1000000] [--rounds 5] [--seconds 3] [--check]

One request at a time on a connection, as Postfix asks. Half of what is asked for exists. Whose turn is first alternates.
Prints a table of medians; --check exits 1 if a target is missed.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time

import measure

HERE = pathlib.Path(__file__).resolve().parent
DOMAIN = "example.com"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def reaches(port, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(.02)
    sys.exit(f"nobody listens at {port}")


def ask(port, text):
    """The reply to one request."""
    with socket.create_connection(("127.0.0.1", port), 10) as one:
        request = text.encode()
        one.sendall(b"%d:%b," % (len(request), request))
        return one.recv(65536).decode()


def must(words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}: {(done.stdout + done.stderr)[-800:]}")
    return done.stdout


class Work:
    def __init__(self, options):
        self.options = options
        self.place = options.work.resolve()
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        self.port = free_port()
        self.processes = []
        self.peer = self.place / "peer"
        must(["gcc", "-O2", "-o", self.peer, HERE / "peer_socketmap.c"])
        (self.place / "rollcall.yaml").write_text(
            f"store: sqlite:{self.place}/rollcall.db\nkeys: file:{self.place}/keys\n"
            f"connectors: {{ path: [{json.dumps(str(options.connectors))}], policy: own }}\n"
            f"gateway: {{ socketmap: '127.0.0.1:{self.port}' }}\n")

    def rollcall(self, *words):
        return must([self.options.rollcall, "--config", self.place / "rollcall.yaml", *words])

    def start(self, *words):
        process = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.place / "errors", "ab"))
        self.processes.append(process)
        return process

    def close(self):
        for process in self.processes:
            process.terminate()
            process.wait()
        shutil.rmtree(self.place, ignore_errors=True)

    def people(self):
        """Accounts with one alias in four, keys to ask for, and everything that Rollcall holds."""
        count = self.options.addresses
        accounts = count * 4 // 5
        with open(self.place / "people.csv", "w", encoding="ascii") as file:
            file.write("id,email,aliases,name,type,members\n")
            for number in range(accounts):
                alias = f"a.{number}.alias@{DOMAIN}" if number % 4 == 0 else ""
                file.write(f"{number},firstname.lastname{number}@{DOMAIN},{alias},,,\n")
        random.seed(7)
        with open(self.place / "asked", "w", encoding="ascii") as file:
            for _ in range(200_000):
                number = random.randrange(accounts)
                known = random.random() < .5
                file.write(f"firstname.lastname{number}{'' if known else '.x'}@{DOMAIN}\n")

    def fill(self):
        self.people()
        self.rollcall("domain", "add", DOMAIN, "--type", "generic")
        self.rollcall("source", "set", DOMAIN, f"location={self.place}/people.csv")
        self.rollcall("sync", "run", DOMAIN)
        self.rollcall("domain", "set", DOMAIN, "enforce=on")
        self.rollcall("book", "export", DOMAIN, "--format", "list", "--to", self.place / "list")
        self.rollcall("book", "export", DOMAIN, "--format", "lmdb", "--to", self.place / "table.lmdb")
        addresses = (self.place / "list").read_text().split()
        with sqlite3.connect(self.place / "table.sqlite") as db:
            db.execute("CREATE TABLE recipients (address TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID")
            db.executemany("INSERT INTO recipients VALUES (?)", ((a,) for a in addresses if "@" in a))
        (self.place / "sqlite.cf").write_text(
            f"dbpath = {self.place}/table.sqlite\nquery = SELECT 'OK' FROM recipients WHERE address = '%s'\n")

    def rate(self, port, connections, what="ask"):
        words = must([self.peer, what, port, self.place / "asked", connections, self.options.seconds]).split()
        return float(words[0]), float(words[1])

    def postmap(self, table):
        """Lookups a second of one `postmap` over all the keys."""
        with open(self.place / "asked", "rb") as keys:
            begin = time.monotonic()
            subprocess.run(["postmap", "-q", "-", table], stdin=keys, stdout=subprocess.DEVNULL, check=False)
            return 200_000 / (time.monotonic() - begin)


def cpu(pid):
    """User and system seconds of a process so far."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def edition_seconds(work):
    """From a commit by another process to its being answered, with one entry more."""
    def answers(address):
        return ask(work.port, f"recipients {address}").partition(":")[2].startswith("OK")

    name = f"new.{time.monotonic_ns()}@{DOMAIN}"
    db = sqlite3.connect(work.place / "rollcall.db", isolation_level=None, timeout=30)
    db.execute("BEGIN IMMEDIATE")
    content = bytes([1, len(name)]) + name.encode() + bytes([0, 0, 0])
    db.execute(
        "INSERT INTO entries (domain_id, key, owner, object_id, kind, state, until, content, grace, since) "
        "VALUES (1, ?, 0, x'', 1, 0, NULL, ?, x'', x'0100')", (name.encode(), content))
    db.execute("UPDATE domains SET edition = edition + 1 WHERE id = 1")
    db.execute("COMMIT")
    begin = time.monotonic()
    while not answers(name):
        if time.monotonic() - begin > 60:
            sys.exit("a new edition is not answered")
        time.sleep(.005)
    return time.monotonic() - begin


class Smtpd:
    """A real Postfix with one smtpd service a table, in a folder of its own."""

    def __init__(self, work, tables):
        self.folder = pathlib.Path(f"/tmp/rollcall-bench-postfix.{os.getpid()}")
        self.ports = {name: free_port() for name in tables}
        for part in ("conf", "queue", "data"):
            (self.folder / part).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        (self.folder / "conf/main.cf").write_text(
            f"compatibility_level = 3.6\nqueue_directory = {self.folder}/queue\ndata_directory = {self.folder}/data\n"
            f"maillog_file = {self.folder}/log\nmaillog_file_prefixes = {self.folder}\ninet_interfaces = 127.0.0.1\n"
            f"mynetworks =\nmyhostname = bench.test\nmydestination =\nlocal_recipient_maps =\nalias_maps =\n"
            f"relay_domains = {DOMAIN}\nunknown_relay_recipient_reject_code = 550\nin_flow_delay = 0\n"
            "smtpd_error_sleep_time = 0\nsmtpd_soft_error_limit = 100000000\nsmtpd_hard_error_limit = 100000000\n"
            "smtpd_recipient_limit = 100000000\nsmtpd_recipient_overshoot_limit = 100000000\n"
            "smtpd_peername_lookup = no\nsmtpd_client_connection_count_limit = 0\n")
        lines = [
            f"127.0.0.1:{self.ports[name]} inet n - n - - smtpd -o relay_recipient_maps={table}"
            for name, table in tables.items()]
        lines += ["cleanup unix n - n - 0 cleanup", "rewrite unix - - n - - trivial-rewrite",
                  "postlog unix-dgram n - n - 1 postlogd", "proxymap unix - - n - - proxymap",
                  "qmgr unix n - n 300 1 qmgr", "pickup unix n - n 60 1 pickup", "anvil unix - - n - 1 anvil"]
        (self.folder / "conf/master.cf").write_text("\n".join(lines) + "\n")
        for path in (work.place, *work.place.parents):
            if path.stat().st_uid == os.getuid():
                path.chmod(path.stat().st_mode | 0o011)
        (work.place / "table.lmdb").chmod(0o644)
        must(["postfix", "-c", self.folder / "conf", "start"])
        for port in self.ports.values():
            reaches(port)

    def close(self):
        pid = int((self.folder / "queue/pid/master.pid").read_text())
        os.kill(pid, 15)
        for _ in range(250):
            if not pathlib.Path(f"/proc/{pid}").exists():
                break
            time.sleep(.02)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path(".build-run/bench/gateway"))
    parser.add_argument("--check", action="store_true", help="exit 1 if a target is missed")
    options = measure.installed(parser)
    work = Work(options)
    smtpd = None
    rates, cores = {}, {}

    def note(name, value):
        rates.setdefault(name, []).append(value)
        print(f"  {name}: {value:,.0f}/s", file=sys.stderr)

    try:
        work.fill()
        service = work.start(options.rollcall, "--config", work.place / "rollcall.yaml", "gateway")
        bare, python = free_port(), free_port()
        pids = {
            bare: work.start(work.peer, "serve", bare).pid,
            python: work.start(sys.executable, HERE / "peer_socketmap.py", python, work.place / "list").pid,
            work.port: service.pid}
        for port in (work.port, bare, python):
            reaches(port)
        begin = time.monotonic()
        while "NOTFOUND" not in ask(work.port, f"recipients nobody@{DOMAIN}"):
            if time.monotonic() - begin > 60:
                sys.exit("the books are not loaded")
            time.sleep(.05)
        answer, share = work.rate(work.port, 1)
        if not .45 < share < .55:
            sys.exit(f"{share:.0%} of the addresses are known, of which half should be")
        fresh = resident(service.pid)
        for number in range(options.rounds):
            for connections in (1, 10):
                turns = [("C epoll", bare), ("rollcall", work.port), ("Python", python)]
                for name, port in turns if number % 2 == 0 else reversed(turns):
                    used = cpu(pids[port])
                    rate = work.rate(port, connections)[0]
                    note(f"{name}, {connections} at once", rate)
                    # What a core by itself would do: tells the servers apart on a machine that others use, too.
                    cores.setdefault(f"{name}, {connections} at once", []).append(
                        rate * options.seconds / max(cpu(pids[port]) - used, .001))
            for name, table in (
                    ("postmap lmdb", f"lmdb:{work.place}/table"), ("postmap sqlite", f"sqlite:{work.place}/sqlite.cf"),
                    ("postmap rollcall", f"socketmap:inet:127.0.0.1:{work.port}:recipients")):
                note(name, work.postmap(table))
        if os.getuid() == 0 and shutil.which("postfix"):
            smtpd = Smtpd(work, {
                "smtpd lmdb": f"lmdb:{work.place}/table",
                "smtpd rollcall": f"socketmap:inet:127.0.0.1:{work.port}:recipients"})
            for number in range(options.rounds):
                turns = list(smtpd.ports.items())
                for name, port in turns if number % 2 == 0 else reversed(turns):
                    note(f"{name}, 10 sessions", work.rate(port, 10, "rcpt")[0])
        used = resident(service.pid)
        editions = [edition_seconds(work) for _ in range(3)]
    finally:
        if smtpd:
            smtpd.close()
        work.close()

    def ratio(ours, theirs):
        return statistics.median(a / b for a, b in zip(rates[ours], rates[theirs], strict=True))

    print(f"{options.addresses:,} addresses, {options.rounds} rounds, medians of lookups a second")
    for name, values in rates.items():
        core = f"{statistics.median(cores[name]):>12,.0f} a core of the server's" if name in cores else ""
        print(f"  {name:<28}{statistics.median(values):>12,.0f}{core}")
    print(f"  resident: {fresh / options.addresses:.0f} bytes an address, {used / options.addresses:.0f} after the lookups")
    targets = [
        ("one connection, times the bare C server", ratio("rollcall, 1 at once", "C epoll, 1 at once"), .8),
        ("ten connections, times the Python server", ratio("rollcall, 10 at once", "Python, 10 at once"), 4),
    ]
    if "smtpd lmdb, 10 sessions" in rates:
        targets.append(("RCPT through smtpd, times lmdb's", ratio("smtpd rollcall, 10 sessions", "smtpd lmdb, 10 sessions"), .9))
    limits = [
        ("bytes resident an address", max(fresh, used) / options.addresses, 120),
        ("seconds from a commit to its answer", statistics.median(editions), 1),
    ]
    for name, value, least in targets:
        print(f"{'ok  ' if value >= least else 'MISS'} {name}: {value:.2f} (at least {least})")
    for name, value, most in limits:
        print(f"{'ok  ' if value <= most else 'MISS'} {name}: {value:.3g} (at most {most})")
    missed = any(v < least for _, v, least in targets) or any(v > most for _, v, most in limits)
    return 1 if options.check and missed else 0


sys.exit(main())
