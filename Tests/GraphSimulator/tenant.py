"""A seeded Microsoft 365 tenant: users, groups, org contacts, what happens to them, and what was true when.

Every change gets a number; a delta token is such a number. Properties that were never set are missing, cleared ones are
None: Graph makes that difference. The recycle bin keeps users and Microsoft 365 groups until they are purged.
"""
import random
import uuid

LIVE, SOFT, GONE = "live", "soft", "gone"


class Thing:
    def __init__(self, id, props):
        self.id = id
        self.props = props
        self.state = LIVE
        self.seq = 0
        self.members = {}      # groups: member id -> [seq, is there]
        self.purpose = "user"

    @property
    def live(self):
        return self.state == LIVE


class Tenant:
    def __init__(self, seed, users, domain="example.com", plain=False):
        self.random = random.Random(seed)
        self.id = self.guid()
        self.name = "Contoso & Söhne"
        self.domain = domain
        self.domains = [domain, "other.example.net", "contoso.onmicrosoft.com"]
        self.seq = 1
        self.counter = 0
        self.users, self.groups, self.contacts = {}, {}, {}
        self.plain = plain
        for _ in range(users):
            self.add_user()
        if plain:
            for _ in range(users // 50):
                self.add_group()
        else:
            for _ in range(max(4, users // 12)):
                self.add_group()
            for _ in range(users // 20):
                self.add_contact()
            for _ in range(users // 40):
                self.nest()
            for _ in range(users // 30):
                self.mutate_one()
        self.settled = self.seq

    def guid(self):
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def things(self, stream):
        return {"users": self.users, "groups": self.groups, "contacts": self.contacts}[stream]

    def find(self, id):
        return self.users.get(id) or self.groups.get(id) or self.contacts.get(id)

    def touch(self, thing):
        self.seq += 1
        thing.seq = self.seq

    def local(self, word):
        self.counter += 1
        return f"{word}{self.counter}"

    # ---- Making --------------------------------------------------------------------------------------------------

    NAMES = ["Anna Lind", "Jörg Weiß", 'Zoë "Z" O\'Neil', "李小龙", "Back\\slash", "Tab\there", "😀 Smile", "<b>Bold</b>"]

    def add_user(self):
        r = self.random
        local = self.local("user")
        kind = "plain" if self.plain else r.choices(
            ["plain", "guest", "mail", "upn", "other", "foreign", "kinds", "shared", "room"],
            [60, 6, 6, 6, 6, 4, 6, 4, 2])[0]
        home = "other.example.net" if kind == "other" else self.domain
        address = f"{local}@{home}"
        props = {
            "displayName": f"User {self.counter}" if self.plain else r.choice(self.NAMES) + f" {self.counter}",
            "userPrincipalName": address, "accountEnabled": True, "userType": "Member",
            "createdDateTime": f"20{r.randrange(10, 26)}-0{r.randrange(1, 10)}-1{r.randrange(10)}T08:00:00Z",
        }
        if kind == "guest":
            props["userType"] = "Guest"
            props["mail"] = f"{local}@partner.example.org"
            props["userPrincipalName"] = f"{local}_partner.example.org#EXT#@contoso.onmicrosoft.com"
            props["proxyAddresses"] = [f"SMTP:{props['mail']}"]
        elif kind == "mail":
            props["mail"] = address
            props["proxyAddresses"] = []
        elif kind == "upn":
            pass                                      # an account without any address
        elif kind == "foreign":
            props["mail"] = f"{local}@partner.example.org"
            props["proxyAddresses"] = [f"SMTP:{local}@partner.example.org", f"smtp:{address}"]
        else:
            props["mail"] = address
            props["proxyAddresses"] = [f"SMTP:{address}"]
            for n in range(r.choice([0, 1, 1, 2])):
                props["proxyAddresses"].append(f"smtp:{local}.a{n}@{home}")
            if kind == "kinds":
                props["proxyAddresses"][:0] = [
                    f"SIP:{address}", f"x500:/o=Contoso/cn={local}", f"SPO:SPO_1@SPO_{local}",
                    f"EUM:{self.counter};phone-context=x", f"smtp:{local}@contoso.onmicrosoft.com"]
        if not self.plain and r.random() < .05:
            props["accountEnabled"] = False
        user = Thing(self.guid(), props)
        if kind == "shared":
            user.purpose, props["accountEnabled"] = "shared", False
        if kind == "room":
            user.purpose = "room"
        self.users[user.id] = user
        self.touch(user)
        return user

    def add_contact(self):
        local = self.local("contact")
        outside = f"{local}@partner.example.org"
        props = {"displayName": f"Contact {self.counter}", "mail": outside, "proxyAddresses": [f"SMTP:{outside}"]}
        if self.random.random() < .5:
            props["proxyAddresses"].append(f"smtp:{local}@{self.domain}")
        contact = Thing(self.guid(), props)
        self.contacts[contact.id] = contact
        self.touch(contact)
        return contact

    def add_group(self):
        r = self.random
        local = self.local("group")
        kind = r.choice(["m365", "security", "mailsec", "distribution", "dynamic"])
        props = {
            "displayName": f"Group {self.counter}", "mailEnabled": kind != "security",
            "securityEnabled": kind in ("security", "mailsec"), "visibility": None,
            "createdDateTime": "2020-01-01T00:00:00Z",
            "groupTypes": {"m365": ["Unified"], "dynamic": ["Unified", "DynamicMembership"]}.get(kind, []),
        }
        if kind != "security":
            props["mail"] = f"{local}@{self.domain}"
            props["proxyAddresses"] = [f"SMTP:{props['mail']}"]
            if r.random() < .4:
                props["proxyAddresses"].append(f"smtp:{local}.alias@{self.domain}")
        if r.random() < .05:
            props["visibility"] = "HiddenMembership"
        group = Thing(self.guid(), props)
        self.groups[group.id] = group
        pool = [u for u in self.users.values() if u.live] + [c for c in self.contacts.values() if c.live]
        for member in r.sample(pool, min(len(pool), r.choice([0, 2, 5, 9, 60]))):
            self.join(group, member.id)
        self.touch(group)
        return group

    # ---- What happens --------------------------------------------------------------------------------------------

    def join(self, group, id):
        self.seq += 1
        group.members[id] = [self.seq, True]

    def leave(self, group, id):
        self.seq += 1
        group.members[id] = [self.seq, False]

    def nest(self):
        live = [g for g in self.groups.values() if g.live]
        outer, inner = self.random.choice(live), self.random.choice(live)
        if "Unified" not in outer.props["groupTypes"] and outer is not inner:
            self.join(outer, inner.id)

    def one(self, things, state=LIVE):
        found = [t for t in things.values() if t.state == state]
        return self.random.choice(found) if found else None

    def soft_delete(self, thing):
        thing.state = SOFT
        self.touch(thing)

    def purge(self, thing):
        thing.state = GONE
        self.touch(thing)
        for group in self.groups.values():
            if group.members.get(thing.id, [0, False])[1]:
                self.leave(group, thing.id)

    def mutate_one(self):
        r = self.random
        what = r.choice([
            "add", "add", "rename", "rename", "alias", "alias", "swap", "clear", "soft", "soft", "restore", "restore",
            "purge", "disable", "join", "join", "join", "leave", "leave", "group", "group-soft", "group-restore",
            "group-gone", "contact", "contact-gone", "nest", "move", "name-group"])
        user, group = self.one(self.users), self.one(self.groups)
        if what == "add":
            self.add_user()
        elif what == "contact":
            self.add_contact()
        elif what == "group":
            self.add_group()
        elif what == "nest":
            self.nest()
        elif what == "contact-gone":
            if contact := self.one(self.contacts):
                self.purge(contact)
        elif what in ("restore", "group-restore"):
            thing = self.one(self.users if what == "restore" else self.groups, SOFT)
            if thing:
                thing.state = LIVE
                self.touch(thing)
        elif what == "purge":
            if thing := self.one(self.users, SOFT):
                self.purge(thing)
        elif group and what == "name-group":
            group.props["displayName"] = f"Renamed {self.seq}"
            self.touch(group)
        elif group and what == "group-soft":
            if "Unified" in group.props["groupTypes"]:
                self.soft_delete(group)
        elif group and what == "group-gone":
            if "Unified" not in group.props["groupTypes"]:
                self.purge(group)
        elif group and user and what == "join":
            self.join(group, user.id)
        elif group and what == "leave":
            present = [m for m, (_, there) in group.members.items() if there]
            if present:
                self.leave(group, r.choice(present))
        elif user:
            self.change(user, what)

    def change(self, user, what):
        r, props = self.random, user.props
        proxies = props.get("proxyAddresses") or []
        if what == "rename":
            props["displayName"] = f"{r.choice(self.NAMES)} {self.seq}"
        elif what == "alias":
            own = [p for p in proxies if p.startswith("smtp:")]
            if own and r.random() < .5:
                proxies = [p for p in proxies if p != own[0]]
            else:
                proxies = proxies + [f"smtp:{self.local('alias')}@{self.domain}"]
            props["proxyAddresses"] = proxies
        elif what == "swap":
            own = [p for p in proxies if p.startswith("smtp:")]
            if own and any(p.startswith("SMTP:") for p in proxies):
                new = own[0]
                props["proxyAddresses"] = [
                    "SMTP:" + p[5:] if p == new else "smtp:" + p[5:] if p.startswith("SMTP:") else p for p in proxies]
                props["mail"] = new[5:]
        elif what == "clear":
            if props.get("mail") and user.props["userType"] == "Member" and r.random() < .5:
                props["mail"] = None
                props["proxyAddresses"] = []
        elif what == "move":
            if any(p.startswith("SMTP:") for p in proxies):
                new = f"{self.local('moved')}@{self.domain}"
                old = [p for p in proxies if p.startswith("SMTP:")][0]
                props["proxyAddresses"] = [f"SMTP:{new}"] + ["smtp:" + p[5:] if p == old else p for p in proxies]
                props["mail"] = new
        elif what == "disable":
            props["accountEnabled"] = not props["accountEnabled"]
        elif what == "soft":
            self.soft_delete(user)
            return
        self.touch(user)

    def mutate(self, count):
        for _ in range(count):
            self.mutate_one()
