"""Delta rounds as Graph tells them: pages in any order, large groups in pieces, repetitions, replays, tombstones."""
import json

DEFAULTS = {
    "users": ["businessPhones", "displayName", "mail", "userPrincipalName"],
    "groups": ["displayName", "mail", "mailEnabled", "securityEnabled", "groupTypes", "proxyAddresses", "visibility"],
    "contacts": ["displayName", "mail", "proxyAddresses"],
}
TYPES = {"users": "user", "groups": "group", "contacts": "orgContact"}


def member_type(tenant, id):
    return "user" if id in tenant.users else "group" if id in tenant.groups else "orgContact"


def entries(tenant, stream, since, select, piece):
    """Everything that changed after `since` (0: the first round), in Graph's shape."""
    r, first, result = tenant.random, since == 0, []
    names = [n for n in (select or DEFAULTS[stream]) if n not in ("id", "members")]
    replayed = max(0, since - 3) if since else 0
    for thing in tenant.things(stream).values():
        changed = thing.seq > replayed or first
        edges = []
        if stream == "groups" and select and "members" in select:
            for id, (seq, there) in thing.members.items():
                if (first and (there or r.random() < .3)) or (not first and seq > replayed):
                    edge = {"@odata.type": "#microsoft.graph." + member_type(tenant, id), "id": id}
                    if not there:
                        edge["@removed"] = {"reason": "deleted"}
                    edges.append(edge)
        if not changed and not edges:
            continue
        if not thing.live:
            # A first round may tell of what is gone; of groups in the recycle bin it always does here, since a group that
            # comes back brings no members along.
            if changed and (not first or r.random() < .5 or (stream == "groups" and thing.state == "soft")):
                result.append({"id": thing.id, "@removed": {"reason": "changed" if thing.state == "soft" else "deleted"}})
            continue
        body = {"id": thing.id}
        for name in names:
            if name in thing.props:
                body[name] = thing.props[name]
        if len(edges) > piece:
            r.shuffle(edges)
            for start in range(0, len(edges), piece):
                result.append({**body, "members@delta": edges[start:start + piece]})
        elif edges:
            # Keys come in no promised order.
            result.append({"members@delta": edges, **body} if r.random() < .5 else {**body, "members@delta": edges})
        else:
            result.append(body)
    if not tenant.plain:
        r.shuffle(result)
        for _ in range(len(result) // 25):
            again = r.choice(result)
            result.append(again)
        for _ in range(len(result) // 40):
            # An earlier state of an object may be told before its last one: within a round later entries win.
            at = r.randrange(len(result))
            if "displayName" in result[at] and "members@delta" not in result[at]:
                result.insert(r.randrange(at + 1), {**result[at], "displayName": "Stale", "proxyAddresses": []})
    return result


def pages(tenant, stream, since, select, size, piece):
    """The bodies of a round's pages without their links, as bytes that begin after them."""
    found = entries(tenant, stream, since, select, piece)
    bodies = []
    for start in range(0, len(found), size):
        bodies.append(json.dumps(found[start:start + size], ensure_ascii=tenant.random.random() < .5).encode())
        if not tenant.plain and tenant.random.random() < .1:
            bodies.append(b"[]")
    return bodies or [b"[]"]
