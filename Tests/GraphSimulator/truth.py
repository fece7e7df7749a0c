"""What must come out, worked out from the tenant itself by product.md and graph.md, with none of the product's code."""


def addresses(props):
    """(primary, all in the directory's order) of an object's SMTP addresses."""
    smtp = [p for p in props.get("proxyAddresses") or [] if p[:5].lower() == "smtp:"]
    capital = [p[5:] for p in smtp if p.startswith("SMTP:")]
    mail = props.get("mail")
    primary = capital[-1] if capital else mail
    found = [p[5:] for p in smtp]
    if mail and mail.lower() not in [a.lower() for a in found]:
        found.append(mail)
    return primary, found


def book(tenant, domain, contacts=True):
    def inside(address):
        return address.lower().endswith("@" + domain)

    entries = {}
    streams = [tenant.users, tenant.groups] + ([tenant.contacts] if contacts else [])
    for things in streams:
        for thing in things.values():
            if not thing.live:
                continue
            primary, found = addresses(thing.props)
            usable = [a for a in found if inside(a)]
            if not usable:
                continue
            first = primary if primary and inside(primary) else usable[0]
            entries[thing.id] = (first, sorted(a for a in usable if a != first))

    def members(group, seen):
        result = set()
        for id, (_, there) in group.members.items():
            thing = tenant.find(id)
            if not there or not thing or not thing.live or (not contacts and id in tenant.contacts):
                continue
            if id in entries:
                result.add(entries[id][0])
            elif id in tenant.groups:
                if id not in seen:
                    result |= members(thing, seen | {id})
            else:
                primary, found = addresses(thing.props)
                if primary or found:
                    result.add(primary or found[0])
        return result

    accounts, lists = [], []
    for id, (first, aliases) in entries.items():
        thing = tenant.find(id)
        line = {"address": first, "name": thing.props.get("displayName", ""), "aliases": aliases, "objectId": id}
        if id in tenant.groups:
            line["members"] = sorted(members(thing, {id}) - {first})
            lists.append(line)
        else:
            line["kind"] = "contact" if id in tenant.contacts else "user"
            accounts.append(line)
    key = lambda line: line["address"]
    return {"accounts": sorted(accounts, key=key), "lists": sorted(lists, key=key)}


def mirror(tenant):
    """The live objects with their addresses, and the edges, as a connector's records must add up to."""
    objects, edges = {}, []
    for stream in ("users", "groups", "contacts"):
        for thing in tenant.things(stream).values():
            if thing.live:
                p = thing.props
                objects[thing.id] = {
                    "kind": stream, "mail": p.get("mail") or "", "proxies": p.get("proxyAddresses") or [],
                    "name": p.get("displayName") or ""}
            if stream == "groups" and thing.live:
                for id, (_, there) in thing.members.items():
                    member = tenant.find(id)
                    if there and member and member.live:
                        edges.append(f"{thing.id} {id}")
    return {"objects": objects, "edges": sorted(edges)}


def everybody(tenant, group):
    """The live users in a group and in the groups inside it."""
    found, waiting = set(), [group]
    while waiting:
        thing = tenant.groups.get(waiting.pop())
        for id, (_, there) in (thing.members.items() if thing and thing.live else ()):
            if there and id not in found and tenant.find(id):
                found.add(id)
                if id in tenant.groups:
                    waiting.append(id)
    return sorted(i for i in found if i in tenant.users and tenant.users[i].live)
