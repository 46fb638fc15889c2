"""A proxy before an HTTP server that does to some requests what networks and overloaded servers do; which ones, a seed says."""

import http.client
import http.server
import random
import threading
import urllib.parse

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect"}
LATE_S, STALL_S = 2, 30  # longer than the client under test waits for a stalled transfer

KINDS = {
    "500": "an internal error instead of an answer",
    "503": "SlowDown, with Retry-After",
    "reset": "the connection ends before an answer",
    "lost": "the request is done, then the connection ends before its answer",
    "truncate": "the answer ends in the midst of its body",
    "slow": "the answer stops in the midst of its body",
    "late": "a request with a body is answered late",
    "corrupt": "a byte of the answer's body is another one",
    "corrupt_up": "a byte of the request's body is another one",
}


def damaged(body, at):
    """One bit flipped."""
    if not body:
        return body
    at %= len(body)
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body, stop_at=None, stall=False):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.command != "HEAD":  # whose answer tells of a body that does not come
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        self.wfile.write(body if stop_at is None else body[:stop_at])
        if stop_at is not None:
            if stall:
                self.wfile.flush()
                self.server.ended.wait(STALL_S)
            self.close_connection = True

    def refuse(self, status, code, *headers):
        body = f"<Error><Code>{code}</Code><Message>made by the proxy</Message></Error>".encode()
        self.answer(status, [("Content-Type", "application/xml"), *headers], body)

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind, number = self.server.next_fault()
        if kind == "500":
            return self.refuse(500, "InternalError")
        if kind == "503":
            return self.refuse(503, "SlowDown", ("Retry-After", "1"))
        if kind == "reset":
            self.close_connection = True
            return None
        if kind == "corrupt_up":
            body = damaged(body, number)
        status, headers, answer = self.forward(body)
        if kind == "lost":
            self.close_connection = True
            return None
        if kind == "corrupt":
            answer = damaged(answer, number)
        if kind == "late" and body:
            self.server.ended.wait(LATE_S)
        stop_at = len(answer) // 2 if kind in ("truncate", "slow") and answer else None
        return self.answer(status, headers, answer, stop_at, stall=kind == "slow")

    def forward(self, body):
        connection = http.client.HTTPConnection(self.server.upstream, timeout=120)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP:
                connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        dropped = HOP_BY_HOP - ({"content-length"} if self.command == "HEAD" else set())
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in dropped]
        return response.status, headers, answer

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do


class Proxy(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, upstream):
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urllib.parse.urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.ended, self.lock = threading.Event(), threading.Lock()
        self.plan(0, 0, [])

    def plan(self, seed, percent, kinds):
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"no fault {unknown.pop()!r}; there are {', '.join(KINDS)}")
        with self.lock:
            self.random, self.percent, self.kinds = random.Random(seed), percent, kinds

    def next_fault(self):
        with self.lock:
            hit = self.kinds and self.random.randrange(100) < self.percent
            return (self.random.choice(self.kinds) if hit else None), self.random.randrange(1 << 30)

    def handle_error(self, *_):
        pass  # a client that gave up


def serve(upstream):
    proxy = Proxy(upstream)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    return proxy
