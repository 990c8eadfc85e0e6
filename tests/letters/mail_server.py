"""A mail server for the tests of letters: keeps each letter in a folder, as it came and as the mail programs of people would read it.

  mail_server.py FOLDER PORT MODE     MODE: starttls, tls, plain, or starttls-optional; PORT 0 takes a free one

It lets in "rollbook" with the password "Larkspur-7 of June", and wants that except in the mode plain. It refuses nobody@… for good, later@… for now.
FOLDER has cert.pem and key.pem, but for the mode plain. When it listens it writes its port to FOLDER/port.
"""
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

folder, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def keep(name, text):
    with open(os.path.join(folder, name + ".part"), "wb") as out:
        out.write(text)
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))


class Keeper:
    count = len([name for name in os.listdir(folder) if name.endswith(".eml")])

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 there is nobody of this name"
        if address.startswith("later@"):
            return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        Keeper.count += 1
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part for part in letter.walk() if not part.is_multipart()}
        read = {
            "from": envelope.mail_from,
            "to": ",".join(envelope.rcpt_tos),
            "tls": "yes" if session.ssl or mode == "tls" else "no",
            "user": str(session.auth_data.decode() if session.auth_data else ""),
            "headers": "\n".join(letter.keys()),
            "subject": str(letter["Subject"]),
            "from_header": str(letter["From"]),
            "id": str(letter["Message-ID"]),
            "auto": str(letter["Auto-Submitted"]),
            "date": letter["Date"].datetime.isoformat(),
            "text": parts["text/plain"].get_content(),
            "html": parts["text/html"].get_content(),
            "defects": " ".join(str(defect) for part in letter.walk() for defect in part.defects),
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
            "bare": envelope.content.replace(b"\r\n", b"").count(b"\n") + envelope.content.replace(b"\r\n", b"").count(b"\r"),
            "eight": sum(byte > 126 for byte in envelope.content),
        }
        name = "%05d" % Keeper.count
        keep(name + ".json", json.dumps(read).encode())
        keep(name + ".eml", envelope.content)
        return "250 kept"


def let_in(server, session, envelope, mechanism, data):
    good = data.login == b"rollbook" and data.password == "Larkspur-7 of June".encode()
    return AuthResult(success=good, handled=good, auth_data=data.login)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if mode != "plain":
    context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
options = {"hostname": "127.0.0.1", "port": port or 0, "ready_timeout": 30}
if mode != "plain":
    options.update(authenticator=let_in, auth_required=True)
if mode == "tls":
    options.update(ssl_context=context, auth_require_tls=False)
elif mode.startswith("starttls"):
    options.update(tls_context=context, require_starttls=True)


class Server(Controller):
    def _trigger_server(self):  # the port is known only now
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


server = Server(Keeper(), **options)
server.start()
keep("port", str(server.port).encode())
sys.stdin.read()  # until whoever began it ends
server.stop()
