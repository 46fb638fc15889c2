"""The figures of bench/run about PostgreSQL and about checkpoints that lie elsewhere. Each server is one of its own, on this disk."""
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

from figures import Bench, Row

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "tests" / "postgres"))
from server import Server  # noqa: E402  (stands in the folder just added)

WORKERS = (1, 8, 64, 256)
TAKE_S = 6


def server_of(bench: Bench, *settings) -> Server:
    folder = bench.folder()
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.getuid() and above.stat().st_mode & 0o5 != 0o5:
            above.chmod(0o755)  # the server's own user passes
    return Server(folder / "postgres", "max_connections = 1100", "shared_buffers = '256MB'", *settings)


def sql(server: Server, text: str) -> str:
    return subprocess.run(["psql", "-qAt", server.url, "-c", text], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def bare_rate(server: Server, workers: int) -> float:
    """Turns a second by pgbench, whose script does to the same tables what a turn does."""
    experiment = sql(server, "INSERT INTO pbt.experiments (name, specification, population, created_ms) "
                             f"VALUES ('bare-{workers}-{time.monotonic_ns()}', '', {2 * workers}, 0) RETURNING id")
    sql(server, f"INSERT INTO pbt.progress (experiment) VALUES ({experiment}); INSERT INTO pbt.members SELECT {experiment}, member, "
                "1, 0,0,0,0,0,0, NULL,NULL,NULL,NULL,NULL,NULL, 0,'',0,0 "
                f"FROM generate_series(0, {2 * workers - 1}) AS member")
    pgbench = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]
    said = subprocess.run([pgbench, "-n", "-M", "prepared", "-c", str(workers), "-j", "2", "-T", str(TAKE_S), "-D", f"experiment={experiment}",
                           "-D", f"members={2 * workers}", "-f", HERE / "bare_turn.sql", server.url],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True).stdout
    return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])


def postgres(bench: Bench) -> Iterator[Row]:
    with server_of(bench) as server:
        for workers in WORKERS:
            takes = []
            for _ in range(3):
                [[rate, median, p99]] = bench.lines("postgres_rate", server.url, workers, TAKE_S)
                takes.append((rate / bare_rate(server, workers), rate, median, p99))
            ratio, rate, median, p99 = sorted(takes)[1]
            yield Row(f"turns committed a second, {workers} workers on PostgreSQL / bare transactions by pgbench, median of 3", ">= 0.5",
                      f"{ratio:.2f} ({rate:.0f} a second; a turn's time in the store: median {median:.1f} ms, p99 {p99:.1f} ms)",
                      ratio >= 0.5)


def server_cpu_s(server: Server) -> float:
    """Of all its processes, those that ended apart."""
    head = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == head or int(stat.parent.name) == head:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def thousand(bench: Bench) -> Iterator[Row]:
    for sharing in (1, 8):
        yield thousand_row(bench, sharing)


def thousand_row(bench: Bench, sharing: int) -> Row:
    settle_s, measured_s = 135, 60
    with server_of(bench) as server:
        command = bench.program("postgres_rate", server.url, 1000, settle_s + measured_s + 5, 60_000, sharing)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as workers:
            time.sleep(settle_s)  # the first turns begin over a minute, and end over the next: with a first look at everything
            before = server_cpu_s(server)
            time.sleep(measured_s)
            share = (server_cpu_s(server) - before) / measured_s
            turns, _, p99 = map(float, workers.stdout.readline().split())
    return Row(f"1,000 workers, {sharing} in a process, with turns of a minute on PostgreSQL: the server's share of a core", "< 10 %",
               f"{100 * share:.1f} % ({turns:.1f} turns a second, p99 {p99:.1f} ms)", share < 0.1)


def bytes_row(bench: Bench, what: str, target: float, *arguments) -> Row:
    takes = bench.lines("remote_bytes", bench.folder(), *arguments)
    ratio = statistics.median(bare / published for published, bare in takes)
    published, bare = (statistics.median(column) for column in zip(*takes))
    return Row(what, f">= {target}", f"{ratio:.2f} (pbt {published:.2f} s, bare {bare:.2f} s)", ratio >= target)


def bytes_elsewhere(bench: Bench) -> Iterator[Row]:
    yield bytes_row(bench, "1 GiB by scratch disk into a folder / a copy that is flushed, median of 5", 0.8, "directory", 1024, 5)
    with server_of(bench, "max_wal_size = '4GB'") as server:
        yield bytes_row(bench, "100 MB into the database / bare inserts of the chunks, median of 5", 0.5, "database", 96, 5, server.url)


ALL = {"postgres": postgres, "thousand": thousand, "bytes": bytes_elsewhere}
