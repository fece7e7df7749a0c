#!/usr/bin/env python3
"""A mail server and a webhook's receiver for tests, steered by lines of JSON on standard input, each answered by one.

    {"verb": "mode", "mode": "…"}    ok · down (refuses connections) · hang · garbage · flood · busy (421) · size (552) ·
                                     notls (STARTTLS offered, then refused)
    {"verb": "recipients", "codes": {"a@x.example": 550}}
    {"verb": "mails"}                what has come, parsed by Python's email package, and forgets it
    {"verb": "posts"}                what the webhook has got, signatures checked with the secret, and forgets it
    {"verb": "hook", "status": 200, "secret": "…", "location": "…"}

With --certificate and --key it offers STARTTLS, with --user and --password it wants a sign-in over it."""
import argparse, base64, email, email.policy, hashlib, hmac, http.server, json, socket, ssl, sys, threading, time

options = argparse.ArgumentParser()
for name in ("certificate", "key", "user", "password"):
    options.add_argument("--" + name)
options = options.parse_args()

state = {"mode": "ok", "codes": {}, "hook": {"status": 200}}
mails, posts, sessions = [], [], {"count": 0, "tls": 0, "auth": []}
lock = threading.Lock()
context = None
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)


def part(message):
    content = message.get_content() if message.get_content_maintype() == "text" else None
    return {"type": message.get_content_type(), "file": message.get_filename(), "text": content}


def parsed(raw, envelope):
    # The strict policy raises on a header that holds a line end.
    message = email.message_from_bytes(raw, policy=email.policy.default.clone(raise_on_defect=False))
    defects = [str(d) for m in message.walk() for d in m.defects]
    return {
        **envelope, "headers": [[k, str(v)] for k, v in message.items()], "subject": str(message["subject"]),
        "parts": [part(m) for m in message.walk() if not m.is_multipart()],
        "structure": [m.get_content_type() for m in message.walk()], "defects": defects,
        "longest": max((len(line) for line in raw.split(b"\r\n")), default=0), "bare": raw.replace(b"\r\n", b"").count(b"\n"),
        "raw": raw.decode("ascii", "replace")}


class Session(threading.Thread):
    def __init__(self, peer):
        super().__init__(daemon=True)
        self.peer, self.secure, self.signed, self.rest = peer, False, False, b""

    def say(self, text):
        self.peer.sendall(text.encode() + b"\r\n")

    def line(self):
        while b"\n" not in self.rest:
            more = self.peer.recv(65536)
            if not more:
                raise ConnectionError
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def run(self):
        try:
            self.serve()
        except (OSError, ConnectionError):
            pass
        finally:
            self.peer.close()

    def serve(self):
        mode = state["mode"]
        with lock:
            sessions["count"] += 1
        if mode == "hang":
            time.sleep(120)
        if mode == "garbage":
            self.peer.sendall(b"\x00\xff<html>not a mail server\r\n" * 50)
            time.sleep(1)
            return
        if mode == "flood":
            while True:
                self.peer.sendall(b"220-" + b"x" * 60000 + b"\r\n")
        if mode == "busy":
            return self.say("421 sink too busy")
        self.say("220 sink ESMTP")
        sender, to = None, []
        while True:
            line = self.line()
            word = line.upper()
            if word.startswith((b"EHLO", b"HELO")):
                self.say("250-sink")
                if (context or mode == "notls") and not self.secure:
                    self.say("250-STARTTLS")
                if options.user and self.secure:
                    self.say("250-AUTH PLAIN LOGIN")
                self.say("250 8BITMIME")
            elif word.startswith(b"STARTTLS"):
                if mode == "notls":
                    self.say("454 not now")
                    continue
                self.say("220 go on")
                self.peer = context.wrap_socket(self.peer, server_side=True)
                self.secure, self.rest = True, b""
                with lock:
                    sessions["tls"] += 1
            elif word.startswith(b"AUTH"):
                words = line.split()
                if len(words) < 3:
                    self.say("334 ")
                    token = self.line()
                else:
                    token = words[2]
                _, user, password = base64.b64decode(token).decode().split("\0")
                self.signed = (user, password) == (options.user, options.password)
                with lock:
                    sessions["auth"].append(self.secure)
                self.say("235 welcome" if self.signed else "535 5.7.8 authentication failed for " + password)
            elif word.startswith(b"MAIL FROM"):
                if options.user and not self.signed:
                    self.say("530 sign in first")
                    continue
                sender, to = line[10:].decode().split(" ")[0], []
                self.say("250 ok")
            elif word.startswith(b"RCPT TO"):
                address = line[8:].decode().split(" ")[0].strip("<>")
                code = state["codes"].get(address, 250)
                self.say(f"{code} {'ok' if code < 300 else 'not here, ' + address}")
                if code < 300:
                    to.append(address)
            elif word.startswith(b"DATA"):
                self.say("354 go on")
                raw = []
                while True:
                    line = self.line()
                    if line == b".":
                        break
                    raw.append(line[1:] if line.startswith(b".") else line)
                if mode == "size":
                    self.say("552 too large")
                    continue
                with lock:
                    mails.append(parsed(b"\r\n".join(raw), {"from": sender, "to": to, "tls": self.secure}))
                self.say("250 taken")
            elif word.startswith(b"QUIT"):
                return self.say("221 bye")
            else:
                self.say("250 ok")


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        hook = state["hook"]
        signature = self.headers.get("x-rollcall-signature")
        signed = f"{self.headers.get('x-rollcall-timestamp')}.".encode() + body
        wanted = "sha256=" + hmac.new(hook.get("secret", "").encode(), signed, hashlib.sha256).hexdigest()
        with lock:
            posts.append({
                "path": self.path, "body": json.loads(body), "signature": signature,
                "isGood": hmac.compare_digest(wanted, signature or ""), "event": self.headers.get("x-rollcall-event"),
                "delivery": self.headers.get("x-rollcall-delivery"), "type": self.headers.get("content-type")})
        self.send_response(hook["status"])
        if "location" in hook:
            self.send_header("location", hook["location"])
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def listen(port=0):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(64)
    threading.Thread(target=accept, args=(server,), daemon=True).start()
    return server


def accept(server):
    while True:
        try:
            peer, _ = server.accept()
        except OSError:
            return
        Session(peer).start()


server = listen()
port = server.getsockname()[1]
web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=web.serve_forever, daemon=True).start()
print(json.dumps({"smtp": port, "http": web.server_address[1]}), flush=True)
for line in sys.stdin:
    order, answer = json.loads(line), {"ok": True}
    if order["verb"] == "mode":
        if order["mode"] == "down" and server:
            server.shutdown(socket.SHUT_RDWR)
            server.close()
            server = None
        elif order["mode"] != "down" and not server:
            server = listen(port)
        state["mode"] = order["mode"]
    elif order["verb"] == "recipients":
        state["codes"] = order["codes"]
    elif order["verb"] == "hook":
        state["hook"] = order
    with lock:
        if order["verb"] == "mails":
            answer = {"mails": mails[:], "sessions": dict(sessions)}
            mails.clear()
        elif order["verb"] == "posts":
            answer = {"posts": posts[:]}
            posts.clear()
    print(json.dumps(answer), flush=True)
