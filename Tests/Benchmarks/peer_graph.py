#!/usr/bin/env python3
"""The minimal client that one would write: Microsoft Graph's delta into SQLite, with requests (urllib where that is not
installed), json and sqlite3. Says in JSON what it came to.

peer_graph.py ORIGIN TENANT CLIENT SECRET DATABASE DOMAIN
"""

import json
import sqlite3
import sys
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SELECT = {
    "users": "id,displayName,mail,proxyAddresses,accountEnabled,userType,createdDateTime,userPrincipalName",
    "groups": "id,displayName,mail,proxyAddresses,mailEnabled,securityEnabled,groupTypes,visibility,createdDateTime,members",
    "contacts": "id,displayName,mail,proxyAddresses",
}

try:
    import requests

    session = requests.Session()

    def post(url, fields):
        return session.post(url, data=fields).json()

    def get(url, token):
        return session.get(url, headers={"Authorization": f"Bearer {token}"}).json()
except ImportError:

    def post(url, fields):
        return json.load(urlopen(url, urlencode(fields).encode()))

    def get(url, token):
        return json.load(urlopen(Request(url, headers={"Authorization": f"Bearer {token}"})))


def main():
    origin, tenant, client, secret, database, domain = sys.argv[1:]
    db = sqlite3.connect(database)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.executescript("""
        CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, kind TEXT, name TEXT) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS addresses (address TEXT, id TEXT, is_primary INTEGER, PRIMARY KEY (address, id)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS addresses_by_id ON addresses (id);
        CREATE TABLE IF NOT EXISTS members (list TEXT, member TEXT, PRIMARY KEY (list, member)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS links (stream TEXT PRIMARY KEY, link TEXT);
    """)
    token = post(f"{origin}/{tenant}/oauth2/v2.0/token", {
        "grant_type": "client_credentials", "client_id": client, "client_secret": secret, "scope": f"{origin}/.default",
    })["access_token"]
    links = dict(db.execute("SELECT stream, link FROM links"))
    changed = 0
    for stream, select in SELECT.items():
        link = links.get(stream) or f"{origin}/v1.0/{stream}/delta?$select={select}"
        while link:
            page = get(link, token)
            for entry in page["value"]:
                changed += 1
                id = entry["id"]
                db.execute("DELETE FROM addresses WHERE id = ?", (id,))
                if "@removed" in entry:
                    db.execute("DELETE FROM objects WHERE id = ?", (id,))
                    continue
                db.execute("REPLACE INTO objects VALUES (?, ?, ?)", (id, stream, entry.get("displayName")))
                for proxy in entry.get("proxyAddresses") or []:
                    kind, _, address = proxy.partition(":")
                    if kind.lower() == "smtp" and address.lower().endswith("@" + domain):
                        db.execute(
                            "REPLACE INTO addresses VALUES (?, ?, ?)", (address.lower(), id, kind == "SMTP"))
                for member in entry.get("members@delta", []):
                    if "@removed" in member:
                        db.execute("DELETE FROM members WHERE list = ? AND member = ?", (id, member["id"]))
                    else:
                        db.execute("REPLACE INTO members VALUES (?, ?)", (id, member["id"]))
            link = page.get("@odata.nextLink")
            if not link:
                db.execute("REPLACE INTO links VALUES (?, ?)", (stream, page["@odata.deltaLink"]))
    db.commit()
    one = lambda text: db.execute(text).fetchone()[0]
    print(json.dumps({
        "changed": changed,
        "accounts": one("SELECT count(*) FROM objects JOIN addresses USING (id) WHERE kind != 'groups' AND is_primary"),
        "aliases": one("SELECT count(*) FROM addresses WHERE NOT is_primary"),
        "lists": one("SELECT count(*) FROM objects JOIN addresses USING (id) WHERE kind = 'groups' AND is_primary"),
    }))


main()
