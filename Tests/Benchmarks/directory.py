"""A made-up company as a CSV file: the same seed gives the same bytes. Knows what a right import makes of it.

Columns id,email,aliases,name,type,members; `;` separates inside a cell. People have none to three aliases; now and then
an address is in a domain that is not ours; some rows are shared mailboxes, rooms or equipment, one in a hundred is a
list. Names have quotes, commas and letters of several scripts. Ids are random, so the rows are in no order that would
help a B-tree.
"""

import csv
import random
from dataclasses import dataclass

DOMAIN = "example.com"
FOREIGN = ["partner.example", "old-company.example", "corp.example.net"]
HEADER = ["id", "email", "aliases", "name", "type", "members"]

FIRST = """Anna Ben Clara David Elif Farid Greta Hugo Ines Jonas Katja Lars Mia Noah Olga Paul Quinn Rosa Samir Tara
Umar Vera Wim Xenia Yusuf Zoe Maximilian
Alexandra Jean-Luc Søren Zoë Jürgen François Łukasz Åsa Ðorđe""".split()
LAST = """Smith Jones Garcia Novak Kowalski Rossi Silva Kim Nguyen Chen Okafor Haddad Ivanov Petrov Larsen Jensen Dubois
Moreau Schmidt Weber Fischer Wagner Huber O'Neill Müller Gödel Ångström Đokić Šimůnek Nuñez""".split()
REST = ["{0} {1}", "{0} {1}", "{0} {1}", "{1}, {0}", "{0} \"{2}\" {1}", "{0} {1} (田中)", "{0} {1} – Ωmega & Co"]
ASCII = str.maketrans("öüéçłåøñšůđćëÖÜÅŁĐŠÐ", "oueclaonsudceOUALDSD")


@dataclass
class Expected:
    """What the import of the file must come to."""

    accounts: int = 0
    aliases: int = 0
    lists: int = 0
    members: int = 0
    foreign: int = 0


def plain(name):
    return "".join(c for c in name.translate(ASCII) if c.isascii() and c.isalnum())


def generate(path, people, seed=20):
    """Writes the file; answers what is to be expected of it. `people` is the number of rows."""
    dice = random.Random(seed)
    chance, pick, ours = dice.random, dice.choice, "@" + DOMAIN
    expected = Expected()
    lists = people // 100
    ids = [f"{dice.getrandbits(64):016x}-{number:x}" for number in range(people)]
    usable = []
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER)
        for number in range(people - lists):
            first, last = pick(FIRST), pick(LAST)
            f, l = plain(first), plain(last)
            email = f"{f}.{l}{number}{ours}"
            spare = [f"{f[0].lower()}{l.lower()}{number}", f"{l}.{f}.{number}", f"p{number}"]
            aliases = [word + ours for word in spare[: dice.randrange(4)]]
            if chance() < 0.05:
                aliases.append(f"{f}.{l}.{number}@{pick(FOREIGN)}")
                expected.foreign += 1
            if chance() < 0.01:
                email = f"{f}.{l}{number}@{pick(FOREIGN)}"
                expected.foreign += 1
            mine = [a for a in [email, *aliases] if a.endswith(ours)]
            expected.accounts += bool(mine)
            expected.aliases += max(len(mine) - 1, 0)
            if email.endswith(ours):
                usable.append(ids[number])
            kind = "user" if chance() < 0.97 else pick(["shared", "room", "equipment"])
            name = pick(REST).format(first, last, spare[0])
            out.writerow([ids[number], email, ";".join(aliases), name, kind, ""])
        for number in range(lists):
            members = dice.sample(usable, min(len(usable), 2 + dice.randrange(60)))
            if chance() < 0.3:
                members.append(f"guest{number}@{pick(FOREIGN)}")
            aliases = [f"team-{number}{ours}"] if chance() < 0.2 else []
            expected.lists += 1
            expected.aliases += len(aliases)
            expected.members += len(members)
            key, email, name = ids[people - lists + number], f"list{number}{ours}", f"List {number}"
            out.writerow([key, email, ";".join(aliases), name, "list", ";".join(members)])
    return expected
