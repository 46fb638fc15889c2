#!/usr/bin/env python3
"""One experiment with workers in several processes, whose PostgreSQL server crashes, stands still and cuts connections under them.

    tests/postgres/outages.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer --restarts 100 --seed 1

After every blow the experiment must go on by itself, and the record is compared with what was acknowledged and seen before: nothing
lost, nothing doubled (tests/crash/history.py). Exit status 0 when all held; 1 with what did not, and the folder is kept.
"""

import argparse
import collections
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

import psycopg2

from record import Experiment, Ledger, crash, processes
from server import Server

PAUSES_S = (0.1, 0.5, 3)
GOES_ON_WITHIN_S = 60


class Outages:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.server = Server(folder / "postgres", "max_connections = 60")
        command = crash.trainer_command(options.trainer, "session", children=False)
        self.experiment = Experiment(self.server.url, options.pbt, folder, f"outages-{options.seed}", command=command, durability="power",
                                     steps=10**9, interval=20_000, lease_s=5)
        self.ledger = Ledger(self.experiment)
        self.workers = []
        self.counts = collections.Counter()

    def keep_running(self):
        """Three processes; those that were killed are replaced, and none may end by itself."""
        for worker in self.workers:
            if worker.poll() is not None and worker.returncode != -9:
                raise crash.Broken(f"a worker ended with status {worker.returncode}:\n{self.experiment.last_errors()}")
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        if not self.workers:
            self.workers.append(self.experiment.run())
            self.await_turns(1)
        while len(self.workers) < 3:
            self.workers.append(self.experiment.worker(threads=2))

    def turns(self):
        with self.experiment.reading() as record:
            return 0 if record is None else record.execute("SELECT count(*) FROM turns").fetchone()[0]

    def await_turns(self, more):
        """Waits for that many turns more: whatever happened, training goes on."""
        until, wanted = time.monotonic() + GOES_ON_WITHIN_S, self.turns() + more
        while self.turns() < wanted:
            if time.monotonic() > until:
                raise crash.Broken(f"no {more} turns within {GOES_ON_WITHIN_S} s:\n{self.experiment.last_errors()}")
            time.sleep(0.02)

    def restart(self):
        self.server.tell("restart")

    def pause(self):
        self.server.tell("pause")
        time.sleep(self.random.choice(PAUSES_S))
        self.server.tell("resume")

    def cut(self):
        """Ends whatever sessions are in the middle of a transaction."""
        with psycopg2.connect(self.server.url) as connection, connection.cursor() as cursor:
            for _ in range(50):
                cursor.execute("SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                               "WHERE application_name = 'pbt' AND (state LIKE 'idle in%%' OR (state = 'active' AND query = 'COMMIT'))")
                cut = cursor.fetchone()[0]
                self.counts["connections cut"] += cut
                if cut:
                    return

    def kill(self):
        worker = self.random.choice(self.workers)
        worker.kill()
        worker.wait()

    def run(self):
        blows = [self.restart] * self.options.restarts + [self.pause] * self.options.pauses + [self.cut] * self.options.cuts
        blows += [self.kill] * self.options.kills
        self.random.shuffle(blows)
        self.keep_running()
        for number, blow in enumerate(blows):
            self.await_turns(self.random.randint(1, 8))
            self.await_all_at_work()
            blow()
            self.counts[blow.__name__] += 1
            self.keep_running()
            if number % 10 == 9:
                self.check(f"after {number + 1} blows")
        self.await_turns(5)
        self.end()

    def check(self, when):
        try:
            self.ledger.check()
        except crash.Broken as reason:
            raise crash.Broken(f"{when}: {reason}") from reason
        print(f"{when}: {self.turns()} turns, nothing lost or doubled; {dict(self.counts)}", file=sys.stderr, flush=True)

    def await_all_at_work(self):
        """A worker that was started just now dies of SIGTERM like any program, and waits for a server that restarts for some seconds only;
        once it works it ends its turns and says so, and waits as long as it takes."""
        until = time.monotonic() + GOES_ON_WITHIN_S
        while not all(processes.catches(worker.pid, signal.SIGTERM) for worker in self.workers):
            self.keep_running()
            if time.monotonic() > until:
                raise crash.Broken(f"not all workers came to work within {GOES_ON_WITHIN_S} s:\n{self.experiment.last_errors()}")
            time.sleep(0.02)

    def end(self):
        self.await_all_at_work()
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            if worker.wait() not in (0, 130):
                raise crash.Broken(f"a worker that was asked to end did so with status {worker.returncode}")
        self.check("at the end")
        verdict = self.experiment.call("doctor", crash.NAME)
        if verdict.get("violations", verdict.get("findings")):
            raise crash.Broken(f"pbt doctor: {verdict}")
        self.counts["turns"] = self.turns()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--trainer", required=True, type=lambda path: str(pathlib.Path(path).resolve()), help="the program faulty_trainer")
    parser.add_argument("--restarts", type=int, default=10, help="pg_ctl restart -m immediate")
    parser.add_argument("--pauses", type=int, default=3, help="SIGSTOP of all its processes, for up to 3 s")
    parser.add_argument("--cuts", type=int, default=5, help="sessions ended in mid-transaction")
    parser.add_argument("--kills", type=int, default=5, help="SIGKILL of a worker")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"pbt-outages-{options.seed}-"))
    folder.chmod(0o755)  # the server's own user looks in
    outages = Outages(options, folder)
    began = time.monotonic()
    try:
        with outages.server:
            outages.run()
    except crash.Broken as reason:
        for worker in outages.workers:
            worker.kill()
        print(f"everything is in {folder}:\n{reason}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    print(f"{time.monotonic() - began:.1f} s, {dict(outages.counts)}: nothing lost or doubled")
    return 0


if __name__ == "__main__":
    sys.exit(main())
