"""Who receives webhooks in the tests: keeps each request in a folder, and answers as its path says.

  hook_server.py FOLDER [tls]     /200 … /599 are answered with that status, /redirect leads to /200 of the same server; the port is written to FOLDER/port
"""
import http.server
import json
import os
import ssl
import sys
import threading

folder, tls = sys.argv[1], len(sys.argv) > 2
lock, count = threading.Lock(), [0]


def keep(name, text):
    with open(os.path.join(folder, name + ".part"), "wb") as out:
        out.write(text)
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))


class Hooks(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            count[0] += 1
            request = {"method": self.command, "path": self.path, "body": body.decode()}
            request.update({name.lower(): value for name, value in self.headers.items()})
            keep("%05d.json" % count[0], json.dumps(request).encode())
        word = self.path.strip("/")
        self.send_response(302 if word == "redirect" else int(word))
        if word == "redirect":
            self.send_header("Location", "/200")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
if tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
keep("port", str(server.server_address[1]).encode())
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
