"""A list behind HTTP, with every fault that a server can have. Prints its port, then one line a request; ends with its
standard input."""
import http.server
import ssl
import sys
import threading
import time

BODY = b"id,email\n" + b"".join(b"%d,u%d@example.com\n" % (i, i) for i in range(100))
asked = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def out(self, code, body=b"", length=None, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length != "none":
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        count = asked[path] = asked.get(path, 0) + 1
        line = "%s auth=%s tag=%s since=%s" % (
            path, self.headers.get("Authorization"), self.headers.get("If-None-Match"),
            self.headers.get("If-Modified-Since"))
        print(line, flush=True)
        if path == "/list":
            if self.headers.get("If-None-Match") == '"1"':
                return self.out(304)
            return self.out(200, BODY, ETag='"1"')
        if path == "/dated":
            if self.headers.get("If-Modified-Since"):
                return self.out(304)
            return self.out(200, BODY, Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")
        if path == "/plain":
            return self.out(200, BODY)
        if path == "/changing":
            return self.out(200, BODY + b"x%d,x%d@example.com\n" % (count, count), ETag='"%d"' % count)
        if path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY))
            return
        if path == "/large":
            return self.out(200, BODY + b"x,x@example.com\n" * 200000)
        if path == "/largechunk":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while True:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(BODY), BODY))
        self.close_connection = True
        if path == "/cutchunk":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(BODY), BODY))
            return
        if path == "/short":
            return self.out(200, BODY, len(BODY) + 100)
        if path == "/long":
            return self.out(200, BODY, len(BODY) - len(b"99,u99@example.com\n"))
        if path == "/busy":
            return self.out(503, Retry_After="7") if count < 3 else self.out(200, BODY)
        if path == "/busier":
            return self.out(429, Retry_After="7")
        if path.startswith("/status/"):
            return self.out(int(path[8:]))
        if path == "/loop":
            return self.out(302, Location="/loop")
        if path == "/moved":
            return self.out(302, Location="/list")
        if path == "/ftp":
            return self.out(302, Location="ftp://127.0.0.1/list")
        if path == "/file":
            return self.out(302, Location="file:///etc/passwd")
        if path == "/elsewhere":
            return self.out(302, Location="http://localhost:%d/list" % self.server.server_port)
        if path == "/reset":
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY[:100])
            self.wfile.flush()
            self.connection.close()
            return
        if path == "/slow":
            self.send_response(200)
            self.send_header("Content-Length", str(len(BODY)))
            self.end_headers()
            for byte in BODY:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)
            return
        self.out(404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    if len(sys.argv) > 3:
        context.maximum_version = ssl.TLSVersion[sys.argv[3]]
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
