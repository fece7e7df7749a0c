"""A socketmap server as one writes it in an afternoon: a set of addresses, a thread a connection.

    peer_socketmap.py PORT ADDRESSES
"""

import socketserver
import sys


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            length = b""
            while (byte := self.rfile.read(1)) not in (b"", b":"):
                length += byte
            if byte == b"":
                return
            request = self.rfile.read(int(length) + 1)[:-1]
            answer = b"OK user" if request.partition(b" ")[2] in ADDRESSES else b"NOTFOUND "
            self.wfile.write(b"%d:%b," % (len(answer), answer))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256


with open(sys.argv[2], "rb") as file:
    ADDRESSES = set(file.read().split())
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
