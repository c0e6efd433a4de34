#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A node that lies: hands on what NODE answers, with OLD replaced by NEW below PATH.

    proxy.py NODE PATH OLD NEW
"""

import http.server
import signal
import sys
import urllib.error
import urllib.request

node, path, old, new = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with urllib.request.urlopen(node + self.path, timeout=20) as answer:
                status, kind, body = answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            status, kind, body = error.code, error.headers["Content-Type"], error.read()
        if self.path.startswith(path):
            body = body.replace(old.encode(), new.encode())
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("listening on http://127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()
