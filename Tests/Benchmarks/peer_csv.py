#!/usr/bin/env python3
"""The peer: an address book kept in step with a CSV file, as one who knows Python and SQLite would write it.

    peer_csv.py FILE DATABASE DOMAIN

Reads the file with csv.reader, keeps the addresses of the domain, resolves the members of lists, compares with what the
database holds, and in one transaction upserts what is new or changed by id and deletes what is gone. Durable as a mail
gateway needs it: WAL with synchronous=FULL. Written to be quick: csv.reader, executemany, ordinary tables (faster here
than those without rowid) and 64 MB of page cache (without it, random keys spill into the WAL and cost it two seconds at
200,000 people). No check of addresses, no preview, guard, history, reasons or grace. Prints the counts as JSON.
"""

import csv
import json
import sqlite3
import sys

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts
    (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS aliases (address TEXT PRIMARY KEY, account TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS members (list TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (list, member));
"""


def read(path, domain):
    """The file as {id: (email, name, kind)}, {alias: id}, {(list id, member)} and the number of foreign addresses."""
    accounts, aliases, taken, mail, lists = {}, {}, set(), {}, []
    foreign = 0
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        columns = next(rows)
        pick = [columns.index(name) for name in ("id", "email", "aliases", "name", "type", "members")]
        for row in rows:
            key, email, others, name, kind, members = (row[index] for index in pick)
            primary = None
            for address in [email, *others.split(";")] if others else [email]:
                address = address.strip().lower()
                local, at, place = address.rpartition("@")
                if not at or not local:
                    continue
                if place != domain:
                    foreign += 1
                elif address in taken:
                    continue
                elif primary is None:
                    primary = address
                    taken.add(address)
                else:
                    aliases[address] = key
                    taken.add(address)
            if primary is None:
                continue
            accounts[key] = (primary, name, kind)
            mail[key] = primary
            if kind == "list" and members:
                lists.append((key, members))
    edges = set()
    for key, members in lists:
        for member in members.split(";"):
            edges.add((key, mail.get(member) or member.lower()))
    return accounts, aliases, edges, foreign


def sync(path, database, domain):
    accounts, aliases, edges, foreign = read(path, domain)
    store = sqlite3.connect(database, isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("PRAGMA cache_size=-64000")
    store.executescript(SCHEMA)
    store.execute("BEGIN IMMEDIATE")

    gone, new = [], dict(accounts)
    for key, email, name, kind in store.execute("SELECT id, email, name, kind FROM accounts"):
        wanted = new.get(key)
        if wanted is None:
            gone.append((key,))
        elif wanted == (email, name, kind):
            del new[key]
    lost, added = [], dict(aliases)
    for address, account in store.execute("SELECT address, account FROM aliases"):
        if address not in added:
            lost.append((address,))
        elif added[address] == account:
            del added[address]
    left, joined = [], set(edges)
    for edge in store.execute("SELECT list, member FROM members"):
        if edge in joined:
            joined.remove(edge)
        else:
            left.append(edge)

    store.executemany("DELETE FROM accounts WHERE id = ?", gone)
    store.executemany("DELETE FROM aliases WHERE address = ?", lost)
    store.executemany("DELETE FROM members WHERE list = ? AND member = ?", left)
    store.executemany(
        "INSERT INTO accounts (id, email, name, kind) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, kind = excluded.kind",
        ((key, *row) for key, row in new.items()),
    )
    store.executemany(
        "INSERT INTO aliases (address, account) VALUES (?, ?) "
        "ON CONFLICT (address) DO UPDATE SET account = excluded.account",
        added.items(),
    )
    store.executemany("INSERT INTO members (list, member) VALUES (?, ?)", joined)
    store.execute("COMMIT")
    store.close()
    lists = sum(kind == "list" for _, _, kind in accounts.values())
    return {
        "accounts": len(accounts) - lists, "lists": lists, "aliases": len(aliases), "members": len(edges),
        "foreign": foreign, "written": len(new) + len(added) + len(joined) + len(gone) + len(lost) + len(left),
    }


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(json.dumps(sync(*sys.argv[1:])))
