"""A PostgreSQL server of a test's own, by tests/support/postgres_server; gone when the `with` ends."""

import contextlib
import os
import pathlib
import random
import socket
import subprocess
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[1] / "support" / "postgres_server"


def free_port():
    """Of those that the system gives to nobody who does not ask for them: none of the tests beside comes by it meanwhile."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


@contextlib.contextmanager
def passable_folder():
    """Where the server's own user passes: pytest closes its folders to others, again and again."""
    with tempfile.TemporaryDirectory(prefix="pbt-postgres-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


class Server:
    """`url`: by a socket that needs no password; `host`: "127.0.0.1:PORT", where "pbt" needs "secret"."""

    def __init__(self, folder, *settings, host=None):
        """`host`: of hosts.py, on which it runs; this machine unless one is given."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        address = host.address if host else "127.0.0.1"
        self.host = f"{address}:{self.port}"
        command = ["bash", str(SCRIPT), str(self.folder), f"listen_addresses = '{address}'", *settings]
        self.process = subprocess.Popen(host.command(*command) if host else command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=dict(os.environ, PGPORT=str(self.port)))
        self.url = self.process.stdout.readline().strip()
        assert self.url, "PostgreSQL did not start"

    def tell(self, command):
        """restart, stop, start, pause or resume; returns when it is done."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == "ok", f"PostgreSQL did not {command}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
