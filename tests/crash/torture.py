#!/usr/bin/env python3
"""Runs one experiment and kills it, again and again: pbt, a guard, a trainer, or all of them, with SIGKILL, at moments drawn from a
seed. The same command is started again each time pbt died. After each death of pbt, and at the end, `pbt doctor` must find nothing; at
the end every member has reached its budget, no process is left, no bytes are left over.

    tests/crash/torture.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer --kills 100 --seed 7

Exit status 0 when all of that holds; 1 with what did not hold, and the folder is kept. Needs Linux and Python 3.9, nothing else.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

POPULATION = 6
INTERVAL = 500_000  # steps; the toy trains some millions a second
EXPERIMENT = """name = "torture"
population = {population}
steps = {steps}
interval = {interval}
synchronous = {synchronous}
[objective]
metric = "loss"
mode = "min"
[trainer]
command = [{trainer}, "good"]
[hyperparameters]
learning_rate = {{ low = 1e-6, high = 1e-2, scale = "log" }}
momentum = {{ low = 0.1, high = 0.9 }}
[failures]
backoff = "0.05s"
[workers]
count = 3
lease = "{lease}"
"""


class Broken(Exception):
    """What did not hold."""


class Run:
    """The experiment in its folder, and the process that works on it."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.steps = 4 * INTERVAL
        self.mark = f"PBT_TORTURE={os.getpid()}-{options.seed}"
        self.process = None
        self.companion = None
        self.write_file()

    def write_file(self):
        text = EXPERIMENT.format(population=POPULATION, steps=self.steps, interval=INTERVAL, trainer=json.dumps(self.options.trainer),
                                 synchronous=str(self.options.synchronous).lower(), lease="1s" if self.options.companion else "60s")
        (self.folder / "torture.toml").write_text(text)

    def environment(self):
        name, value = self.mark.split("=")
        return {**os.environ, name: value, "PBT_STORE": ""}

    def spawn(self, *arguments):
        with open(self.folder / "output.log", "ab") as log:
            return subprocess.Popen([self.options.pbt, *arguments], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                                    stdout=log, stderr=log)

    def start(self):
        """Starts what does not run."""
        if self.process is None or self.ended():
            self.process = self.spawn("run", "torture.toml")
        if self.options.companion and self.has_record() and (self.companion is None or self.companion.poll() is not None):
            self.companion = self.spawn("worker", f"sqlite:{self.database()}", "torture", "-j", "2")

    def database(self):
        return self.folder / "runs" / "torture" / "pbt.db"

    def has_record(self):
        """False when pbt was killed before it had made the store, or the experiment in it."""
        if not self.database().exists():
            return False
        with contextlib.closing(sqlite3.connect(self.database())) as database:
            return database.execute("SELECT count(*) FROM experiments").fetchone()[0] > 0

    def pbts(self):
        """The processes of pbt that run."""
        return [one for one in (self.process, self.companion) if one is not None and one.poll() is None]

    def call(self, *arguments):
        """One short command of pbt, as JSON."""
        done = subprocess.run([self.options.pbt, *arguments, "--json"], cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            raise Broken(f"pbt {' '.join(arguments)}: exit status {done.returncode}: {done.stderr}{done.stdout}")
        return json.loads(done.stdout)

    def processes(self):
        """All that this torture has started and that still runs, by process id: guards, trainers, pbt itself."""
        found = {}
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            try:
                with open(f"/proc/{entry.name}/environ", "rb") as environ, open(f"/proc/{entry.name}/cmdline", "rb") as command:
                    if self.mark.encode() in environ.read().split(b"\0"):
                        found[int(entry.name)] = command.read().split(b"\0")
            except OSError:  # it has just ended
                pass
        return found

    def victims(self, kind):
        """Whom to kill; empty when there is none of the kind."""
        if kind == "pbt":
            return [one.pid for one in self.pbts()]
        running = self.processes()
        if kind == "all":
            return list(running)
        guards = {pid for pid, command in running.items() if command[1:2] == [b"guard"]}
        trainers = set(running) - guards - {one.pid for one in self.pbts()}
        return sorted(guards if kind == "guard" else trainers)

    def ended(self):
        return self.process.poll() is not None


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def check_healthy(run, when):
    if not run.has_record():
        return
    found = run.call("doctor", "torture")
    if not found["healthy"]:
        raise Broken(f"{when}, the doctor found:\n  " + "\n  ".join(found["violations"]))


def wait_for_end(run, limit_s):
    """Until all of pbt has ended by itself."""
    for one in (run.process, run.companion):
        if one is None:
            continue
        try:
            status = one.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Broken(f"pbt was not done after {limit_s} s without a kill; see output.log") from None
        if status not in (0, -signal.SIGKILL if one is run.companion else 0):
            raise Broken(f"{' '.join(one.args)} ended with exit status {status}; see output.log")


def raise_budget(run):
    """The experiment was done before it was killed often enough: it goes on under a larger budget. Who works on it read the
    specification when it started, so that all of them have to start again."""
    wait_for_end(run, 60)
    run.steps += 4 * INTERVAL
    run.write_file()
    run.start()


def kill_one(run, chance, number):
    """One kill at a drawn moment, and pbt runs again afterwards. Returns what was killed."""
    kind = chance.choice(["pbt", "pbt", "guard", "trainer", "trainer", "all"])
    time.sleep(chance.uniform(0.0, chance.choice([0.05, 0.6])))  # early ones meet creation and resumption
    while True:
        if run.ended():
            raise_budget(run)
        victims = run.victims(kind)
        if victims:
            break
        time.sleep(0.002)  # until there is one, or the run has ended
    if kind != "all":
        victims = [chance.choice(victims)]
    chance.shuffle(victims)
    doomed = [one for one in run.pbts() if one.pid in victims]
    kill(victims)
    for one in doomed:
        one.wait()
    if doomed:
        check_healthy(run, f"after kill {number} ({kind})")
        run.start()
    return kind


def check_end(run):
    deadline = time.monotonic() + 5
    while run.processes():
        if time.monotonic() > deadline:
            raise Broken(f"processes are left over: {run.processes()}")
        time.sleep(0.01)
    check_healthy(run, "at the end")
    status = run.call("status", "torture")
    if status["state"] != "done" or any(member["steps_done"] < run.steps for member in status["members"]):
        raise Broken(f"not every member reached its {run.steps} steps: {json.dumps(status)}")
    collected = run.call("gc", "torture", "--keep-last", "0")
    check_healthy(run, "after the garbage was collected")
    checkpoints = run.folder / "runs" / "torture" / "checkpoints"
    published = {path.name for path in checkpoints.iterdir()} - {"staging"}
    staged = [path.name for path in (checkpoints / "staging").iterdir()]
    if len(published) != collected["checkpoints_left"] or staged:
        raise Broken(f"bytes are left over: published {sorted(published)}, staged {staged}, the record counts {collected}")
    with contextlib.closing(sqlite3.connect(run.database())) as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    if answer != "ok":
        raise Broken(f"SQLite's integrity check says {answer}")
    return run.call("doctor", "torture")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--trainer", required=True, type=os.path.abspath, help="the program faulty_trainer")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", action="store_true")
    parser.add_argument("--companion", action="store_true", help="a second process works on the experiment, and is killed too")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pbt-torture-"))
    chance = random.Random(options.seed)
    run = Run(options, folder)
    began = time.monotonic()
    kinds = {}
    try:
        run.start()
        for number in range(1, options.kills + 1):
            kind = kill_one(run, chance, number)
            kinds[kind] = kinds.get(kind, 0) + 1
        run.start()
        wait_for_end(run, 120)
        found = check_end(run)
    except Broken as broken:
        print(f"{broken}\nseed {options.seed}, kills so far {kinds}, everything is in {folder}", file=sys.stderr)
        return 1
    finally:
        kill(run.processes())
        for one in run.pbts():
            one.wait()
    shutil.rmtree(folder)
    print(f"{options.kills} kills {kinds} in {time.monotonic() - began:.1f} s, seed {options.seed}: {found['turns']} turns, "
          f"{found['failures']} failures, {found['decisions']} decisions of which {found['recomputed']} computed again, no violation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
