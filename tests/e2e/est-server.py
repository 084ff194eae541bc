#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""est-server.py FOLDER PORT-FILE: a certification authority that speaks EST (RFC 7030) on loopback, for tests.

FOLDER has server.pem, server.key (of the TLS server), ca.pem, ca.key (that issue), foreign.pem, openssl.cnf. The user "me" has the
password "sesame". Below /.well-known/est a label chooses how it answers: none or "good" issues, "renamed" issues for another
name, "refuse", "later", "junk", "empty", "foreign" do what they are called. The port is written to PORT-FILE when it listens.
"""
import base64
import http.server
import os
import ssl
import subprocess
import sys

folder, port_file = sys.argv[1:]
ROOT = "/.well-known/est/"


def path(name):
    return os.path.join(folder, name)


def openssl(arguments, data):
    known = dict(os.environ, OPENSSL_CONF=path("openssl.cnf"))  # with GOST
    return subprocess.run(["openssl"] + arguments, input=data, capture_output=True, check=True, env=known).stdout


def certs_only(certificate):
    """The answer of RFC 7030 4.2.3: base64 of a CMS message with certificates alone."""
    with open(path("ca.pem"), "rb") as ca:
        chain = certificate + ca.read()
    message = openssl(["crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin", "-outform", "DER"], chain)
    return base64.encodebytes(message)


def issue(body, *options):
    request = base64.b64decode(body, validate=False)
    openssl(["req", "-inform", "DER", "-verify", "-noout"], request)
    pem = openssl(["req", "-inform", "DER"], request)
    return openssl(["x509", "-req", "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-days", "9000", "-copy_extensions", "copy",
                    "-set_serial", str(int.from_bytes(os.urandom(8), "big")), *options], pem)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/pkcs7-mime; smime-type=certs-only"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 202:
            self.send_header("Retry-After", "60")
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="est"')
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        wanted = "Basic " + base64.b64encode(b"me:sesame").decode()
        if self.headers["Authorization"] != wanted:
            return self.answer(401, b"who are you?\n", "text/plain")
        if self.headers["Content-Type"] != "application/pkcs10" or not self.path.startswith(ROOT) or \
                not self.path.endswith("simpleenroll"):
            return self.answer(404, b"not here\n", "text/plain")
        label = self.path[len(ROOT):-len("simpleenroll")].strip("/") or "good"
        if label == "refuse":
            return self.answer(400, b"come in person\n", "text/plain")
        if label == "later":
            return self.answer(202, b"", "text/plain")
        if label == "junk":
            return self.answer(200, b"bm9uc2Vuc2U=\n")
        if label == "empty":
            return self.answer(200, b"")
        if label == "foreign":
            with open(path("foreign.pem"), "rb") as foreign:
                return self.answer(200, certs_only(foreign.read()))
        if label == "renamed":
            return self.answer(200, certs_only(issue(body, "-subj", "/CN=renamed")))
        return self.answer(200, certs_only(issue(body)))


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(path("server.pem"), path("server.key"))
server.socket = context.wrap_socket(server.socket, server_side=True)
with open(port_file + ".new", "w", encoding="ascii") as file:
    file.write(str(server.server_port))
os.rename(port_file + ".new", port_file)
server.serve_forever()
