"""One experiment in a folder of its own, the processes of pbt that work on it, and what they have printed."""

import contextlib
import json
import os
import pathlib
import sqlite3
import subprocess

NAME = "storm"
FILE = """name = "storm"
population = {population}
steps = {steps}
interval = {interval}
seed = {seed}
synchronous = {synchronous}
[objective]
metric = "loss"
mode = "min"
[trainer]
command = {command}
[hyperparameters]
learning_rate = {{ low = 1e-6, high = 1e-2, scale = "log" }}
momentum = {{ low = 0.1, high = 0.9 }}
[failures]
max_failures = {max_failures}
backoff = "0.02s"
[checkpoints]
durability = "{durability}"
[workers]
count = {count}
lease = "{lease_s}s"
"""
ONCE = ["--once", "load={load}", "save={save}", "steps={steps}", "from_step={from_step}", "seed={seed}", "result={result}",
        "learning_rate={learning_rate}", "momentum={momentum}"]


class Broken(Exception):
    """What did not hold."""


def trainer_command(trainer, kind, children, mode="good"):
    """`kind`: session or command. `children`: the trainer has one in its own session and one outside, both of which outlive it."""
    command = [trainer, mode, *(ONCE if kind == "command" else [])]
    if not children:
        return command
    return ["sh", "-c", 'setsid sleep 600 & sleep 600 & exec "$0" "$@"', *command]


class Experiment:
    """`settings`: what FILE takes. Everything that is started carries `mark` in its environment, by which it is found again."""

    def __init__(self, pbt, folder, mark, **settings):
        self.pbt = pbt
        self.folder = pathlib.Path(folder)
        self.mark = mark
        self.settings = dict(population=6, steps=600_000, interval=200_000, seed=1, synchronous=False, max_failures=2, durability="process",
                             count=2, lease_s=1) | settings
        self.run_folder = self.folder / "runs" / NAME
        self.database = self.run_folder / "pbt.db"
        self.checkpoints = self.run_folder / "checkpoints"
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.outputs = []
        self.write_file()

    def write_file(self):
        values = self.settings | {"command": json.dumps(self.settings["command"]), "synchronous": str(self.settings["synchronous"]).lower()}
        text = FILE.format(**values)
        (self.folder / "storm.toml").write_text(text)

    def environment(self):
        return {**os.environ, "PBT_STORM": self.mark, "PBT_STORE": "", "TMPDIR": str(self.temporary)}

    def spawn(self, *arguments, program=(), environment=None, **options):
        """Starts pbt; what it prints as JSON goes into a file of its own, which stays to be compared with the record."""
        output = self.folder / f"out-{len(self.outputs)}.jsonl"
        self.outputs.append(output)
        with open(output, "ab") as out, open(self.folder / "errors.log", "ab") as errors:
            return subprocess.Popen([*(program or [self.pbt]), *arguments, "--json"], cwd=self.folder,
                                    env=environment or self.environment(), stdin=subprocess.DEVNULL, stdout=out, stderr=errors, **options)

    def run(self, **options):
        return self.spawn("run", "storm.toml", **options)

    def worker(self, threads=1, **options):
        return self.spawn("worker", f"sqlite:{self.database}", NAME, "-j", str(threads), **options)

    def call(self, *arguments):
        """One short command, as JSON. Throws Broken unless its exit status is 0 or 1, with JSON."""
        done = subprocess.run([self.pbt, *arguments, "--json"], cwd=self.folder, env=self.environment(), capture_output=True, text=True,
                              check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            raise Broken(f"pbt {' '.join(arguments)}: exit status {done.returncode}: {done.stderr}{done.stdout}")
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def reading(self, wait_s=10):
        """A connection that sees one state of the record. None while there is no record yet. Throws sqlite3.OperationalError after
        `wait_s` of a lock that keeps readers out."""
        if not self.database.exists():
            yield None
            return
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=wait_s,
                                                isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            yield connection if connection.execute("SELECT count(*) FROM experiments").fetchone()[0] else None

    def members(self):
        """The store's own rows of the members; empty while there is no record."""
        with self.reading() as record:
            return [] if record is None else record.execute("SELECT * FROM members ORDER BY id").fetchall()

    def is_readable(self):
        try:
            with self.reading(wait_s=1):
                return True
        except sqlite3.OperationalError:
            return False

    def state(self):
        """running, paused, done, failed; none while there is no record."""
        with self.reading() as record:
            if record is None:
                return "none"
            return ("running", "paused", "done", "failed")[record.execute("SELECT state FROM experiments").fetchone()[0]]

    def budget_is_spent(self):
        members = self.members()
        return bool(members) and all(one["steps_done"] >= self.settings["steps"] for one in members) and self.state() == "done"

    def last_errors(self):
        return (self.folder / "errors.log").read_text(errors="replace")[-2000:]
