#!/usr/bin/env python3
"""So many dashboards on `pbt serve` of the runs below this folder, each asking what a page asks: its documents once, then
events, and at most every ten seconds its progress again. Ends with a line on standard input; prints pages that followed,
events, and the CPU seconds of the server.

browsers.py PBT COUNT
"""
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

REFETCH_S = 10
DOCUMENTS = ("", "/turns?first=0&limit=20000", "/progress", "/failures?after=0&limit=200")


class Page(threading.Thread):
    def __init__(self, host: str, port: int):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection(host, port)
        self.address, self.events = (host, port), 0

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path)
        return self.connection.getresponse().read()

    def run(self) -> None:
        while not (names := json.loads(self.get("/api/v1/experiments"))["experiments"]):
            time.sleep(0.1)
        path = f"/api/v1/experiments/{names[0]['name']}"
        for document in DOCUMENTS:
            self.get(path + document)
        stream = http.client.HTTPConnection(*self.address)
        stream.request("GET", f"{path}/events?first=0")
        response, fetched = stream.getresponse(), time.monotonic()
        while line := response.readline():
            self.events += line.startswith(b"event:")
            if time.monotonic() - fetched > REFETCH_S:
                fetched = time.monotonic()
                self.get(path + "/progress")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    pbt, count = sys.argv[1], int(sys.argv[2])
    os.nice(19)  # the browsers are on other machines
    while not any(Path("runs").glob("*/pbt.db")):
        time.sleep(0.05)
    server = subprocess.Popen([pbt, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
    url = urlsplit(json.loads(server.stdout.readline())["url"])
    pages = [Page(url.hostname, url.port) for _ in range(count)]
    for page in pages:
        page.start()
    sys.stdin.readline()
    print(sum(page.events > 0 for page in pages), sum(page.events for page in pages), cpu_s(server.pid))
    server.terminate()


if __name__ == "__main__":
    main()
