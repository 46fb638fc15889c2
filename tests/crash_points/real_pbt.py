"""The program pbt, run on a small experiment in a folder, with the library preloaded that counts its calls and strikes at one of them."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import struct
import subprocess

POPULATION = 2
INTERVAL = 100
EXPERIMENT = """name = "toy"
population = {population}
steps = {steps}
interval = {interval}
[objective]
metric = "loss"
mode = "min"
[trainer]
command = [{trainer}, "good"]
[hyperparameters]
learning_rate = {{ low = 1e-6, high = 1e-2, scale = "log" }}
momentum = {{ low = 0.1, high = 0.9 }}
[failures]
backoff = "0.01s"
[checkpoints]
durability = "{durability}"
[workers]
count = 1
"""
TALLY = struct.Struct("ll496s")  # calls.h
KILL = 1


class Broken(Exception):
    """What did not hold."""


class Experiment:
    """One in a folder, which is made; `turns` is each member's budget."""

    def __init__(self, options, folder, durability, turns):
        self.options = options
        self.folder = folder
        self.durability = durability
        self.folder.mkdir()
        self.set_turns(turns)

    def set_turns(self, turns):
        self.turns = turns
        text = EXPERIMENT.format(population=POPULATION, steps=turns * INTERVAL, interval=INTERVAL, durability=self.durability,
                                 trainer=json.dumps(self.options.trainer))
        (self.folder / "toy.toml").write_text(text)

    @property
    def run_folder(self):
        return self.folder / "runs" / "toy"

    @property
    def database(self):
        return self.run_folder / "pbt.db"

    def orders(self, at=0, trace=None):
        """The environment that makes pbt, and all that it starts, count, and die at call `at`."""
        tally = pathlib.Path(f"{self.folder}.tally")
        tally.write_bytes(bytes(TALLY.size))
        orders = {"CRASH_POINTS_FOLDER": str(self.folder / "runs"), "CRASH_POINTS_TALLY": str(tally), "CRASH_POINTS_AT": str(at),
                  "CRASH_POINTS_FAULT": str(KILL), "LD_PRELOAD": self.options.calls}
        return {**orders, **({"CRASH_POINTS_TRACE": str(trace)} if trace else {})}

    def tally(self):
        """Calls counted since the last orders, calls struck, and where."""
        calls, struck, where = TALLY.unpack(pathlib.Path(f"{self.folder}.tally").read_bytes())
        return calls, struck, where.split(b"\0")[0].decode()

    def call(self, *arguments, orders=None, before=()):
        """One command of pbt to its end: exit status (negative: the signal that killed it) and what it said, as JSON lines."""
        environment = {**os.environ, "PBT_STORE": "", **(orders or {})}
        process = subprocess.Popen([*before, self.options.pbt, *arguments, "--json"], cwd=self.folder, env=environment, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, self.complaint = process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Broken(f"pbt {' '.join(arguments)} did not end within 120 s") from None
        whole = [line for line in out.splitlines(keepends=True) if line.endswith("\n")]  # the last may be cut off by a kill
        return process.returncode, [json.loads(line) for line in whole]

    def must(self, *arguments):
        """A command that has to succeed; what it said last."""
        status, said = self.call(*arguments)
        if status != 0:
            raise Broken(f"pbt {' '.join(arguments)}: exit status {status}: {self.complaint}{said}")
        return said[-1] if said else None

    def is_recorded(self):
        if not self.database.exists():
            return False
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            return database.execute("SELECT count(*) FROM experiments").fetchone()[0] > 0

    def check(self, acknowledged):
        """The record is whole, and holds every turn that pbt said was recorded, as it said. Right after a death and at the end."""
        if not self.is_recorded():
            if acknowledged:
                raise Broken(f"turns were acknowledged, and there is no record: {acknowledged}")
            return
        self.must("doctor", "toy")
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            answer = database.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise Broken(f"SQLite's integrity check says {answer}")
        recorded = {identity(turn) for turn in self.call("turns", "toy")[1]}
        lost = acknowledged - recorded
        if lost:
            raise Broken(f"acknowledged, and not in the record: {lost}; there are {recorded}")

    def check_end(self, acknowledged):
        """Each member has the turns of its budget, counted once, and there are no bytes but those that the record names."""
        self.check(acknowledged)
        status = self.must("status", "toy")
        done = [(member["turn"], member["steps_done"]) for member in status["members"]]
        if status["state"] != "done" or done != [(self.turns, self.turns * INTERVAL)] * POPULATION:
            raise Broken(f"the experiment is {status['state']} ({status['reason']}) with turns and steps {done}")
        turns = sorted((turn["member"], turn["turn"]) for turn in self.call("turns", "toy")[1])
        if turns != [(member, turn) for member in range(POPULATION) for turn in range(1, self.turns + 1)]:
            raise Broken(f"the turns recorded are {turns}")
        left = self.must("gc", "toy", "--keep-last", "0")["checkpoints_left"]
        checkpoints = self.run_folder / "checkpoints"
        found = [path.name for path in checkpoints.iterdir() if path.name != "staging"]
        staged = list((checkpoints / "staging").iterdir())
        strangers = {path.name for path in self.run_folder.iterdir()} - {"checkpoints", "logs", "pbt.db", "pbt.db-shm", "pbt.db-wal"}
        if len(found) != left or staged or strangers:
            raise Broken(f"bytes are left over: {found} where the record names {left}; staged {staged}; beside them {strangers}")
        self.check(acknowledged)


def identity(turn):
    """What was said of a turn, without what only the record knows."""
    return json.dumps({key: turn[key] for key in ("member", "turn", "from_step", "to_step", "score", "fence", "checkpoint_name")})


def acknowledged(said):
    """The turns among the lines that `pbt run --json` said."""
    return {identity(line) for line in said if "checkpoint_name" in line}


def died_of_a_kill(status):
    return status == -signal.SIGKILL
