"""A simulator of Microsoft Graph and its sign-in, for tests: python3 simulator.py [--users N] [--seed N] [--tls FOLDER].

Says in one line of JSON on standard output where it listens. A second listener plays the foreign host that must never see
a token. Lines of JSON on standard input, {"verb": ...}, or POST /_sim/VERB steer it: mutate, faults, truth, mirror, log,
consent, set, tenant, list-groups, scope, empty. It ends with its standard input. Standard library only.
"""
import argparse
import json
import re
import socket
import ssl
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import delta
import faults
import truth
from signin import ROLES, SignIn
from tenant import Tenant

NEEDS = {"users": "User.Read.All", "groups": "GroupMember.Read.All", "contacts": "OrgContact.Read.All",
         "organization": "Organization.Read.All"}


class World:
    def __init__(self, options):
        self.options = options
        self.lock = threading.RLock()
        self.tenant = Tenant(options.seed, options.users, options.domain, options.plain)
        self.tenants = {self.tenant.id: self.tenant}
        self.signin = SignIn(self.tenant.guid(), "s~e+c/r=e&t")
        if not options.unconsented:
            self.signin.consent[self.tenant.id] = list(ROLES)
        self.faults = faults.Faults()
        self.log, self.foreign_log = [], []
        self.rounds, self.cache, self.round = {}, {}, 0
        self.concurrent, self.most = 0, 0


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, address)


class Foreign(BaseHTTPRequestHandler):
    """Another host: whatever arrives here has gone astray."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        world.foreign_log.append({"path": self.path, "authorization": "Authorization" in self.headers})
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b'{"value":[]}')

    do_POST = do_GET


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    # ---- Plumbing ------------------------------------------------------------------------------------------------

    def answer(self, status, body, headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        self.status = status
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; odata.metadata=minimal", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def error(self, status, code, message):
        self.answer(status, faults.error(code, message))

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_GET(self):
        self.serve("GET")

    def do_POST(self):
        self.serve("POST")

    def serve(self, method):
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        if path.startswith("/_sim/"):
            with world.lock:
                return self.answer(200, steer(path[6:], json.loads(self.body() or b"{}")))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        phase = "delta" if "$deltatoken" in query else "next" if "$skiptoken" in query else "first"
        with world.lock:
            world.concurrent += 1
            world.most = max(world.most, world.concurrent)
            fault = world.faults.strike(self.path, phase)
        self.status = 0
        start = time.time()
        try:
            self.dispatch(method, path, query, fault)
        finally:
            with world.lock:
                world.concurrent -= 1
                world.log.append({
                    "at": start, "method": method, "path": self.path[:300], "status": self.status,
                    "low": self.headers.get("x-ms-throttle-priority") == "Low",
                    "id": self.headers.get("client-request-id", ""), "secret": "secret" in self.path})

    def dispatch(self, method, path, query, fault):
        early = faults.before(fault, world.foreign) if fault else None
        if early:
            status, headers, body, way = early
            if way == "hang":
                time.sleep(fault.get("seconds", 20))
            if way:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.body()
            return self.answer(status, body, headers)
        if match := re.fullmatch(r"/([^/]+)/v2.0/adminconsent", path):
            return self.consent(match[1], query)
        if match := re.fullmatch(r"/([^/]+)/oauth2/v2.0/token", path):
            form = dict(parse_qsl(self.body().decode(), keep_blank_values=True))
            with world.lock:
                known = match[1] in world.tenants
                status, body = world.signin.token(match[1], known, form, world.origin + self.path, world.origin)
            if fault and fault["kind"] == "no-token":
                body = {"token_type": "Bearer"}
            return self.answer(status, body)
        if not path.startswith("/v1.0/"):
            return self.error(404, "Request_ResourceNotFound", "No such thing.")
        with world.lock:
            self.graph(method, path[6:], query, fault)

    def consent(self, tenant, query):
        with world.lock:
            chosen = world.tenant.id if tenant == "organizations" else tenant
            target = world.signin.redirect(chosen, query)
        if not target:
            return self.answer(400, b"bad consent request")
        self.answer(302, b"", {"Location": target})

    # ---- Graph ---------------------------------------------------------------------------------------------------

    def graph(self, method, path, query, fault):
        body = self.body()
        token = self.headers.get("Authorization", "")[7:]
        known = world.signin.tokens.get(token)
        if not known or known[2] < time.time():
            return self.error(401, "InvalidAuthenticationToken", "Access token is empty or expired.")
        tenant, roles = world.tenants[known[0]], known[1]
        stream = path.split("/")[0]
        if stream in NEEDS and NEEDS[stream] not in roles:
            return self.error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        if path == "organization":
            return self.answer(200, {"value": [{
                "id": tenant.id, "displayName": tenant.name,
                "verifiedDomains": [{"name": d, "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": d == tenant.domain,
                                     "isInitial": d.endswith("onmicrosoft.com")} for d in tenant.domains]}]})
        if path == "$batch":
            return self.batch(tenant, roles, json.loads(body))
        if path in ("users/delta", "groups/delta", "contacts/delta"):
            return self.delta(tenant, stream, query, fault)
        if match := re.fullmatch(r"groups/([^/]+)/(members|transitiveMembers)", path):
            return self.members(tenant, match[1], match[2], query)
        if stream in ("users", "groups", "contacts"):
            return self.list(tenant, path, stream, query)
        self.error(404, "Request_ResourceNotFound", f"Resource '{path}' does not exist.")

    def page(self, links, entries, fault):
        """`entries` is JSON already, unless a fault wants to change it."""
        if fault:
            page = {**links, "value": json.loads(entries)}
            fault["self"] = f"{world.origin}{self.path}"
            return self.answer(200, faults.after(fault, page, world.foreign, world.port))
        head = json.dumps({"@odata.context": f"{world.origin}/v1.0/$metadata#x", **links})[:-1]
        self.answer(200, head.encode() + b', "value": ' + entries + b"}")

    def delta(self, tenant, stream, query, fault):
        here = f"{world.origin}/v1.0/{stream}/delta"
        if "$top" in query or "$orderby" in query or "$expand" in query:
            return self.error(400, "Request_UnsupportedQuery", "Query option is not supported.")
        if fault and fault["kind"] == "endless":
            world.round += 1
            return self.answer(200, {"value": [], "@odata.nextLink": f"{here}?$skiptoken=endless{world.round}"})
        if "$skiptoken" in query:
            key, _, at = query["$skiptoken"].rpartition(".")
            if "$select" in query or key not in world.rounds:
                return self.error(400, "Request_BadRequest", "Bad page token.")
            number = int(at)
        else:
            token = query.get("$deltatoken", "")
            if token == "latest":
                since, select = tenant.seq, query.get("$select", "").split(",")
            elif token:
                owner, since, select = json.loads(bytes.fromhex(token))
                if owner != f"{tenant.id}/{stream}":
                    return self.error(400, "Request_BadRequest", "Badly formed token.")
            else:
                since, select = 0, query["$select"].split(",") if "$select" in query else None
            options = world.options
            cached = (tenant.id, stream, since, tenant.seq, str(select))
            if cached not in world.cache:
                if len(world.cache) > 20:
                    world.cache.clear()
                world.cache[cached] = delta.pages(
                    tenant, stream, since, select, options.page, options.piece) if token != "latest" else [b"[]"]
            world.round += 1
            key, number = f"r{world.round}", 0
            following = json.dumps([f"{tenant.id}/{stream}", tenant.seq, select]).encode().hex()
            world.rounds[key] = (world.cache[cached], following)
        bodies, following = world.rounds[key]
        if number + 1 < len(bodies):
            links = {"@odata.nextLink": f"{here}?$skiptoken={key}.{number + 1}"}
        else:
            links = {"@odata.deltaLink": f"{here}?$deltatoken={following}"}
        self.page(links, bodies[number], fault)

    def members(self, tenant, id, way, query):
        group = tenant.groups.get(id)
        if not group or not group.live:
            return self.error(404, "Request_ResourceNotFound", f"Resource '{id}' does not exist.")
        found, waiting = {}, [group]
        while waiting:
            for member, (_, there) in waiting.pop().members.items():
                thing = tenant.find(member)
                if there and thing and thing.live and member not in found:
                    found[member] = {"@odata.type": "#microsoft.graph." + delta.member_type(tenant, member), "id": member}
                    if way == "transitiveMembers" and member in tenant.groups:
                        waiting.append(thing)
        self.listing(list(found.values()), query)

    def list(self, tenant, path, stream, query):
        things = [t for t in tenant.things(stream).values() if t.live]
        select = query.get("$select", "displayName,mail,userPrincipalName").split(",")
        if "/" in path:
            thing = tenant.things(stream).get(path.split("/")[1])
            if not thing or not thing.live:
                return self.error(404, "Request_ResourceNotFound", "Not there.")
            return self.answer(200, {"id": thing.id, **{n: v for n, v in thing.props.items() if n in select}})
        if "$filter" in query:
            values = re.findall(r"'((?:[^']|'')*)'", query["$filter"])
            values = {v.replace("''", "'") for v in values}
            things = [t for t in things if t.props.get("mail") in values or t.props.get("displayName") in values]
        self.listing([{"id": t.id, **{n: v for n, v in t.props.items() if n in select}} for t in things], query)

    def listing(self, found, query):
        top, at = int(query.get("$top", 100)), int(query.get("$skiptoken", 0))
        if not 1 <= top <= 999:
            return self.error(400, "Request_UnsupportedQuery", f"Invalid page size specified: '{top}'.")
        page = {"value": found[at:at + top]}
        if at + top < len(found):
            page["@odata.nextLink"] = f"{world.origin}{urlsplit(self.path).path}?$top={top}&$skiptoken={at + top}" + (
                "&$select=" + query["$select"] if "$select" in query else "")
        self.answer(200, page)

    def batch(self, tenant, roles, body):
        if len(body["requests"]) > 20:
            return self.error(400, "BadRequest", "Number of batch request steps exceeds the maximum value of 20.")
        responses = []
        for step in body["requests"]:
            fault = world.faults.strike("$batch" + step["url"], "any")
            user = tenant.users.get(step["url"].split("/")[2])
            headers = {"Content-Type": "application/json"}
            if fault and fault["kind"] == "throttle":
                status, headers, content = 429, {"Retry-After": "1"}, {"error": {"code": "TooManyRequests"}}
            elif "MailboxSettings.Read" not in roles:
                status, content = 403, {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
            elif not user or not user.live or not user.props.get("mail"):
                status, content = 404, {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "No mailbox."}}
            else:
                status, content = 200, {"@odata.context": "x", "value": user.purpose}
            responses.append({"id": step["id"], "status": status, "headers": headers, "body": content})
        tenant.random.shuffle(responses)
        self.answer(200, {"responses": responses})

def steer(verb, body):
    tenant = world.tenants[body.get("tenant", world.tenant.id)]
    result = {"ok": True}
    if verb == "mutate":
        tenant.mutate(body.get("count", 10))
    elif verb == "faults":
        world.faults.set(body["faults"])
    elif verb == "truth":
        result = truth.book(tenant, body.get("domain", tenant.domain), body.get("contacts", True))
    elif verb == "mirror":
        result = truth.mirror(tenant)
    elif verb == "log":
        result = {"requests": world.log, "foreign": world.foreign_log, "most": world.most}
        world.log, world.foreign_log, world.most = [], [], 0
    elif verb == "consent":
        world.signin.answer = body.get("answer", world.signin.answer)
        if "roles" in body:
            world.signin.consent[tenant.id] = body["roles"]
        if body.get("withdraw"):
            world.signin.consent.pop(tenant.id, None)
        if body.get("drop_tokens"):
            world.signin.tokens.clear()
    elif verb == "set":
        for name in ("secret", "lifetime", "without_roles"):
            if name in body:
                setattr(world.signin, name, body[name])
        if "certificate" in body:
            world.signin.register(body["certificate"])
    elif verb == "tenant":
        other = Tenant(body.get("seed", 99), body.get("users", 3), body.get("at", "elsewhere.example"))
        world.tenants[other.id] = other
        if body.get("consent"):
            world.signin.consent[other.id] = list(ROLES)
        result = {"tenant": other.id}
    elif verb == "list-groups":
        result = {"groups": [
            {"id": g.id, "name": g.props["displayName"], "members": [m for m, (_, there) in g.members.items() if there]}
            for g in tenant.groups.values() if g.live]}
    elif verb == "scope":
        result = {"users": truth.everybody(tenant, body["group"])}
    elif verb == "empty":
        for things in (tenant.users, tenant.groups, tenant.contacts):
            things.clear()
        tenant.seq += 1
    else:
        result = {"error": f"no verb {verb}"}
    return result


def main():
    global world
    parser = argparse.ArgumentParser()
    for name, standard in (("port", 0), ("users", 100), ("seed", 1), ("page", 200), ("piece", 20)):
        parser.add_argument("--" + name, type=int, default=standard)
    parser.add_argument("--domain", default="example.com")
    parser.add_argument("--plain", action="store_true", help="nothing but ordinary users and groups: for benchmarks")
    parser.add_argument("--unconsented", action="store_true")
    parser.add_argument("--tls", help="a folder with cert.pem and key.pem")
    options = parser.parse_args()
    world = World(options)
    server = Server(("127.0.0.1", options.port), Handler)
    foreign = Server(("127.0.0.1", 0), Foreign)
    world.port = server.server_port
    world.foreign = f"http://127.0.0.1:{foreign.server_port}"
    world.origin = f"http://127.0.0.1:{server.server_port}"
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{options.tls}/cert.pem", f"{options.tls}/key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        world.origin = f"https://127.0.0.1:{server.server_port}"
    threading.Thread(target=foreign.serve_forever, daemon=True).start()
    # Ends when the one who started it goes away, however that happens.
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({
        "origin": world.origin, "foreign": world.foreign, "tenant": world.tenant.id, "client_id": world.signin.client_id,
        "client_secret": world.signin.secret}), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        with world.lock:
            print(json.dumps(steer(command.pop("verb"), command)), flush=True)


main()
