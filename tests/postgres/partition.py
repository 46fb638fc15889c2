#!/usr/bin/env python3
"""PostgreSQL on one host and workers on two others, one of which is cut off in mid-turn, for longer than its lease, and healed.

    tests/postgres/partition.py --pbt build/pbt --cuts 2
    tests/postgres/partition.py --pbt build/pbt --cuts 2 --delay-ms 100     everything is so late, each way

Whoever is cut off stops training when its lease runs out; the other takes its member over; when the way is healed nothing of the old
turn is committed, and the worker goes on by itself. Exit status 77 where this machine gives no network namespaces.
"""

import argparse
import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import hosts
from record import Experiment, Ledger, crash
from server import Server, free_port

LEASE_S = 4
TURN_S, STEPS = 8, 40
ROUND_TRIPS = 30  # and more than a turn asks of the store: some 25
# Each step leaves the time in a file of its worker's; a turn takes twice the lease.
TRAINER = f"""
import os, time, pbt
def train(turn):
    theta = float((turn.load / "theta").read_text()) if turn.load else 0.0
    with open(os.path.join({{folder!r}}, "steps-" + os.environ["PBT_HOST"]), "a", buffering=1) as log:
        for step in turn.steps():
            time.sleep({TURN_S / STEPS})
            log.write(f"{{{{time.time()}}}} {{{{turn.id}}}}\\n")
    (turn.save / "theta").write_text(repr(theta + turn["learning_rate"]))
    turn.finish(loss=-theta)
pbt.serve(train, learning_rate=1e-3, momentum=0.5)
"""


class Partition:
    def __init__(self, options, folder, server, address, workers):
        self.folder, self.hosts = folder, workers
        # Until one takes the other's member over it may train its own once more.
        self.turn_s = TURN_S + ROUND_TRIPS * 2 * options.delay_ms / 1000
        (folder / "train.py").write_text(TRAINER.format(folder=str(folder)))
        command = [sys.executable, str(folder / "train.py")]
        self.url = f"postgresql://pbt:secret@{address}/postgres"
        self.experiment = Experiment(self.url, options.pbt, folder, f"partition-{folder.name}", command=command, population=2, steps=10 * STEPS,
                                     interval=STEPS, durability="power", lease_s=LEASE_S)
        self.experiment.reading_url = server.url
        self.ledger = Ledger(self.experiment)
        self.workers = {}

    def start(self, host):
        python = pathlib.Path(__file__).resolve().parents[2] / "python"
        environment = self.experiment.environment() | {"PBT_HOST": host.name, "PYTHONPATH": str(python), "PYTHONDONTWRITEBYTECODE": "1"}
        first = ["run", "storm.toml", "-j", "1"] if not self.workers else ["worker", self.url.replace(":secret", ""), crash.NAME]
        environment["PGPASSWORD"] = "secret"
        self.workers[host.name] = self.experiment.spawn(*first, program=host.command(self.experiment.pbt), environment=environment)

    def members(self):
        return {member["worker"].split(".")[0]: member for member in self.experiment.members() if member["worker"]}

    def await_that(self, what, holds, limit_s):
        until = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() > until:
                raise crash.Broken(f"not within {limit_s} s: {what}\n{self.experiment.last_errors()}")
            time.sleep(0.05)

    def last_step(self, host):
        path = self.folder / f"steps-{host.name}"
        lines = path.read_text().splitlines() if path.exists() else []
        return float(lines[-1].split()[0]) if lines else 0.0

    def turn_just_begun(self, host, since):
        """Its id while it is in its first quarter, so that it cannot end before it is cut off; else none."""
        if self.last_step(host) <= since:
            return None
        turns = [line.split()[1] for line in (self.folder / f"steps-{host.name}").read_text().splitlines()]
        return turns[-1] if turns.count(turns[-1]) <= STEPS / 4 else None

    def cut_and_heal(self, host, other):
        began = time.time()
        self.await_that(f"{host.name} trains", lambda: self.turn_just_begun(host, began), 30 + self.turn_s)
        turn = self.turn_just_begun(host, began)
        member = int(turn[1:].split(".")[0])
        fence = next(one["fence"] for one in self.experiment.members() if one["id"] == member)
        host.cut()
        cut = time.time()
        taken = lambda: next(one["fence"] for one in self.experiment.members() if one["id"] == member) > fence  # noqa: E731
        self.await_that(f"{other.name} takes member {member} over", taken, LEASE_S + 2 * self.turn_s + 10)
        late = self.last_step(host) - cut
        if late > LEASE_S + 3:
            raise crash.Broken(f"{host.name} trained on for {late:.1f} s after it was cut off; its lease is {LEASE_S} s")
        host.heal()
        healed = time.time()
        self.await_that(f"{host.name} goes on after the cut", lambda: self.last_step(host) > healed, 60)
        with self.experiment.reading() as record:
            of_old_lease = record.execute(f"SELECT count(*) FROM turns WHERE member = {member} AND fence = {fence}").fetchone()[0]
        if of_old_lease:
            raise crash.Broken(f"{turn} was committed under fence {fence}, which had been taken over")
        self.ledger.check()
        return late

    def run(self, cuts):
        for host in self.hosts:
            self.start(host)
            self.await_that(f"{host.name} trains", lambda host=host: self.last_step(host) > 0, 60)
        late = [self.cut_and_heal(*(self.hosts if number % 2 == 0 else self.hosts[::-1])) for number in range(cuts)]
        for worker in self.workers.values():
            worker.terminate()
        for worker in self.workers.values():
            worker.wait()
        self.ledger.check()
        return late


@contextlib.contextmanager
def slow_link(database, server, delay_ms):
    """The server's address, through one."""
    port = free_port()
    script = pathlib.Path(__file__).with_name("slow_link.py")
    command = [sys.executable, str(script), database.address, str(port), str(server.port), str(delay_ms)]
    with subprocess.Popen(database.command(*command), stdout=subprocess.PIPE) as link:
        link.stdout.readline()
        yield f"{database.address}:{port}"
        link.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--cuts", type=int, default=2)
    parser.add_argument("--delay-ms", type=float, default=0)
    options = parser.parse_args()
    if not hosts.are_possible():
        print("this machine gives no network namespaces (they need root): skipped")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pbt-partition-"))
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        database, *workers = stack.enter_context(hosts.network("db", "ann", "bob"))
        server = stack.enter_context(Server(folder / "postgres", host=database))
        address = stack.enter_context(slow_link(database, server, options.delay_ms)) if options.delay_ms else server.host
        partition = Partition(options, folder, server, address, workers)
        try:
            late = partition.run(options.cuts)
        except crash.Broken as reason:
            print(f"everything is in {folder}:\n{reason}", file=sys.stderr)
            for worker in partition.workers.values():
                worker.kill()
            return 1
    shutil.rmtree(folder)
    print(f"{options.cuts} cuts: trained on for at most {max(late):.1f} s of a lease of {LEASE_S} s; nothing lost, doubled or committed late")
    return 0


if __name__ == "__main__":
    sys.exit(main())
