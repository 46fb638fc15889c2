#!/usr/bin/env python3
"""How long it takes until a member whose worker has died, or stands still, is being trained again.

    tests/crash/takeover.py --pbt build/pbt --takes 20

Each take: one `pbt run` trains both members; one `pbt worker`, another process, has nothing to do. The first is killed, or stopped, at a
moment drawn from a seed. Nobody starts meanwhile who could give its leases back early, so that they have to run out. The time until the
other process has started both members' trainers must be at most the lease plus 3 s. A stopped process goes on afterwards, and must have
lost its leases.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time

import processes
from experiment import NAME, Broken, Experiment
from history import Ledger

PROMISE_S = 3
MEMBERS = 2
# Says that the training of a turn begins, and trains for ever.
TRAINER = ["sh", "-c", 'echo "$1" >> begun; exec sleep 1000', "sh", "{save}"]


def wait_until(condition, limit_s, what):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise Broken(f"not within {limit_s} s: {what}")
        time.sleep(0.01)


class Take:
    def __init__(self, pbt, lease_s, how, seed):
        self.lease_s, self.how = lease_s, how
        self.chance = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pbt-takeover-"))
        self.experiment = Experiment(pbt, self.folder, self.folder.name, command=TRAINER, population=MEMBERS, count=MEMBERS, lease_s=lease_s)
        self.ledger = Ledger(self.experiment)

    def measure(self):
        """Seconds. Throws Broken."""
        started = []
        try:
            first = self.experiment.run()
            started.append(first)
            wait_until(lambda: self.begun() == MEMBERS, 60, "the first process trains")
            second = self.experiment.worker(threads=MEMBERS)
            started.append(second)
            wait_until(lambda: len(os.listdir(f"/proc/{second.pid}/task")) > MEMBERS, 60, "the second process has its workers")
            time.sleep(self.chance.uniform(0.5, 0.5 + self.lease_s / 3))  # somewhere between two renewals
            seconds = self.strike(first)
            self.check(first, second)
        finally:
            processes.end_all(self.experiment.mark, limit_s=60)
            for one in started:
                one.wait()
        shutil.rmtree(self.folder)
        return seconds

    def begun(self):
        path = self.folder / "begun"
        return len(path.read_text().splitlines()) if path.exists() else 0

    def strike(self, first):
        self.lost = {one["id"]: one["fence"] for one in self.experiment.members()}
        began = time.monotonic()
        if self.how == "SIGKILL":
            first.kill()
        else:
            processes.stop(first.pid)
        limit_s = self.lease_s + PROMISE_S
        wait_until(lambda: self.begun() == 2 * MEMBERS, limit_s, "both members are being trained again")
        return time.monotonic() - began

    def check(self, first, second):
        for member in self.experiment.members():
            if member["fence"] != self.lost[member["id"]] + 1 or f"-{second.pid}-" not in member["worker"]:
                raise Broken(f"a member is not the second process's, under the next fence: {dict(member)}")
        if self.how == "SIGSTOP":
            processes.send(first.pid, signal.SIGCONT)
            wait_until(lambda: list(processes.processes(self.experiment.mark).values()).count("guard") == MEMBERS, 30,
                       "the process that went on has given up its turns")
        self.ledger.check()
        found = self.experiment.call("doctor", NAME)
        if not found["healthy"]:
            raise Broken(f"the doctor found {found['violations']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--takes", type=int, default=20, help="of each lease and signal, all at the same time")
    parser.add_argument("--leases", type=int, nargs="+", default=[2, 10], help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    cases = [(lease_s, how) for lease_s in options.leases for how in ("SIGKILL", "SIGSTOP")]
    rows = []
    with concurrent.futures.ThreadPoolExecutor(len(cases) * options.takes) as pool:
        running = {case: [pool.submit(Take(options.pbt, *case, options.seed * 1000 + number).measure) for number in range(options.takes)]
                   for case in cases}
        for (lease_s, how), takes in running.items():
            try:
                seconds = [take.result() for take in takes]
            except Broken as broken:
                print(f"{how}, lease {lease_s} s: {broken}", file=sys.stderr)
                return 1
            rows.append({"lease_s": lease_s, "signal": how, "takes": len(seconds), "min_s": round(min(seconds), 2),
                         "median_s": round(statistics.median(seconds), 2), "max_s": round(max(seconds), 2), "promise_s": lease_s + PROMISE_S})
    if options.json:
        print(json.dumps(rows))
        return 0
    print("lease  signal   takes    min  median    max  promised")
    for row in rows:
        print(f"{row['lease_s']:3} s  {row['signal']}  {row['takes']:5} {row['min_s']:6.2f}  {row['median_s']:6.2f} {row['max_s']:6.2f}  "
              f"{row['promise_s']:6.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
