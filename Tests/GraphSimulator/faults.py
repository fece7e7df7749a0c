"""What can go wrong, on order. A fault names where it strikes, how often, and what it does:

{"match": "/users/delta", "on": "first|next|delta|any", "skip": 0, "times": 1, "kind": KIND, ...}

It is applied before the answer (`before`) or to it (`after`); `after` gets the page's links and its list of entries.
"""
import gzip
import json
import time

ODATA = "Directory_ExpiredPageToken"


class Faults:
    def __init__(self):
        self.list = []

    def set(self, faults):
        self.list = [dict(f) for f in faults]
        for fault in self.list:
            if fault["kind"] == "bomb":
                # Made now: made when asked for, it would look like silence.
                fault["body"] = gzip.compress(b'{"value":[' + b" " * (80 << 20) + b"]}", 1)

    def strike(self, path, phase):
        for fault in self.list:
            if fault["match"] in path and fault.get("on", "any") in ("any", phase):
                if fault.get("skip", 0) > 0:
                    fault["skip"] -= 1
                    continue
                if fault.get("times", 1) == 0:
                    continue
                fault["times"] = fault.get("times", 1) - 1
                return fault
        return None


def error(code, message):
    return json.dumps({"error": {"code": code, "message": message, "innerError": {
        "date": "2026-01-01T00:00:00", "request-id": "11111111-2222-3333-4444-555555555555"}}}).encode()


def before(fault, foreign):
    """(status, headers, body, how it is sent) instead of an answer; None: the answer is made first."""
    kind = fault["kind"]
    headers = {"Content-Type": "application/json", "request-id": "11111111-2222-3333-4444-555555555555"}
    if kind == "throttle":
        wait = fault.get("after", 1)
        if wait == "date":
            headers["Retry-After"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 2))
        elif wait is not None:
            headers["Retry-After"] = str(wait)
        return fault.get("status", 429), headers, error("TooManyRequests", "Too many requests"), None
    if kind == "status":
        return fault["status"], headers, error(fault.get("code", ""), fault.get("message", "Broken on order.")), None
    if kind == "html":
        headers["Content-Type"] = "text/html"
        return fault.get("status", 200), headers, b"<html><body>Gateway</body></html>", None
    if kind == "gone":
        headers["Location"] = f"{foreign}/v1.0/users/delta?$deltatoken="
        return 410, headers, error(fault.get("code", "syncStateNotFound"), "The sync state generation is not found"), None
    if kind == "old":
        return 400, headers, error("Request_UnsupportedQuery", "DeltaLink older than 30 days is not supported."), None
    if kind == "page-dead":
        return 400, headers, error(ODATA, "The specified page token value has expired."), None
    if kind == "redirect":
        headers["Location"] = fault.get("to", f"{foreign}/v1.0/users/delta")
        return fault.get("status", 302), headers, b"", None
    if kind == "reset":
        return 0, {}, b"", "reset"
    if kind == "hang":
        return 0, {}, b"", "hang"
    if kind == "bomb":
        headers["Content-Encoding"] = "gzip"
        return 200, headers, fault["body"], None
    if kind == "deep":
        return 200, headers, b'{"value":[{"id":"x","a":' + b"[" * 5000 + b"]" * 5000 + b"}]}", None
    if kind == "garbage":
        return 200, headers, fault.get("body", '{"value": [ {"id": nonsense').encode(), None
    return None


def links(foreign, port):
    """Links that must not be followed, by name."""
    return {
        "port": f"{foreign}/v1.0/users/delta?$skiptoken=x",
        "scheme": f"ftp://127.0.0.1:{port}/v1.0/users/delta", "https": f"https://127.0.0.1:{port}/v1.0/users/delta",
        "file": "file:///etc/hostname", "user": f"http://127.0.0.1:{port}@evil.example/x",
        "user-here": f"http://user:secret@127.0.0.1:{port}/v1.0/users/delta",
        "host": f"http://localhost.evil.example:{port}/x", "backslash": f"http://127.0.0.1:{port}\\@evil.example/",
        "relative": "/v1.0/users/delta?$skiptoken=x", "empty": "", "blank": f"http://127.0.0.1:{port}/v1.0/a b",
        "newline": f"http://127.0.0.1:{port}/v1.0/x\r\nHost: evil", "no-scheme": f"127.0.0.1:{port}/v1.0/users",
        "decimal": f"http://2130706433:{port}/v1.0/users/delta", "short": f"http://127.1:{port}/v1.0/users/delta",
        "number": 5, "object": {}, "huge": f"http://127.0.0.1:{port}/v1.0/" + "x" * 40000,
    }


def after(fault, page, foreign, port):
    """Changes a page: {"value": [...], "@odata.nextLink" or "@odata.deltaLink": ...}."""
    kind = fault["kind"]
    last = "@odata.deltaLink" in page
    if kind == "next":
        page.pop("@odata.deltaLink", None)
        page["@odata.nextLink"] = links(foreign, port)[fault["link"]]
    elif kind == "delta-link":
        if last:
            page["@odata.deltaLink"] = links(foreign, port)[fault["link"]]
    elif kind == "loop":
        page.pop("@odata.deltaLink", None)
        page["@odata.nextLink"] = fault["self"]
    elif kind == "no-link":
        page.pop("@odata.deltaLink", None)
        page.pop("@odata.nextLink", None)
    elif kind == "empty":
        page["value"] = []
    elif kind == "no-value":
        page.pop("value")
    elif kind == "bad-entries":
        page["value"][:0] = [
            5, None, "text", [], {}, {"id": None}, {"id": 7}, {"id": ""}, {"id": {"a": 1}, "mail": "x@example.com"},
            {"id": "x" * 5000}]
        for entry in page["value"][10:]:
            if "proxyAddresses" in entry:
                entry["proxyAddresses"] = fault.get("proxies", "SMTP:not-a-list@example.com")
                entry["mail"] = {"address": "x"}
                break
    return page
