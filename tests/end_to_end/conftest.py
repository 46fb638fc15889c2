"""Drives the built program as a user does: PBT_PROGRAM names it, every test has a folder of its own."""

import json
import os
import pathlib
import subprocess
import sys
import textwrap
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("PBT_PROGRAM", str(ROOT / "build" / "pbt"))

PATIENCE_S = 500  # only a test that fails waits for so long

TOY_TRAINER = """
    import pbt

    def train(turn):
        theta = float((turn.load / "theta").read_text()) if turn.load else 0.0
        for step in turn.steps():
            theta += turn["lr"]
        (turn.save / "theta").write_text(repr(theta))
        turn.finish(score=theta)

    pbt.serve(train, lr=0.1)
"""

TOY_EXPERIMENT = """
    name = "toy"
    population = 4
    steps = 50
    interval = 10
    [objective]
    metric = "score"
    mode = "max"
    [trainer]
    command = [PYTHON, "train.py"]
    [hyperparameters]
    lr = { low = 1e-3, high = 1.0, scale = "log" }
    [algorithm]
    exploit = { strategy = "truncation", fraction = 0.25 }
    [failures]
    max_failures = 2
    backoff = 0.01
    [workers]
    count = 2
"""


class House:
    """A folder with an experiment, and the program run in it."""

    def __init__(self, folder):
        self.folder = folder
        self.become = []
        self.started = []
        self.gate = None
        self.environment = dict(os.environ, PYTHONPATH=str(ROOT / "python"), PBT_PROGRAM=PROGRAM, PYTHONDONTWRITEBYTECODE="1")
        self.environment.pop("PBT_STORE", None)
        self.write("train.py", TOY_TRAINER)
        self.edit({})

    def write(self, name, text):
        path = self.folder / name
        path.write_text(textwrap.dedent(text))
        return path

    def edit(self, changes):
        """Writes experiment.toml: the toy's, with pieces of its text replaced."""
        text = textwrap.dedent(TOY_EXPERIMENT).replace("PYTHON", json.dumps(sys.executable))
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in the experiment file"
            text = text.replace(old, new)
        (self.folder / "experiment.toml").write_text(text)

    def close_gate(self, turns):
        """Trainers wait before the turns of which that holds, an expression of Python with `turn`, until open_gate()."""
        waits = f'    if {turns}:\n        open(f"waits-{{turn.member}}", "w").close()\n        open("gate").close()\n'
        script = (self.folder / "train.py").read_text()
        assert "def train(turn):\n" in script
        (self.folder / "train.py").write_text(script.replace("def train(turn):\n", "def train(turn):\n" + waits))
        os.mkfifo(self.folder / "gate")

    def await_at_gate(self, members, *running):
        """Until so many members have come to it."""
        self.wait_until(lambda: len(list(self.folder.glob("waits-*"))) == members, *running)

    def open_gate(self):
        self.gate = os.open(self.folder / "gate", os.O_RDWR)  # while somebody writes, whoever wants to read gets in

    def wait_until(self, condition, *running):
        """Fails when one of the running processes ends before, or when it never comes."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            for process in running:
                assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.01)

    def start(self, *arguments, **options):
        process = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        self.started.append(process)
        return process

    def pbt(self, *arguments, expect=0):
        done = subprocess.run([*self.become, PROGRAM, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE_S)
        assert done.returncode == expect, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *arguments):
        return json.loads(self.pbt(*arguments, "--json").stdout)

    def turns(self, *arguments):
        return [json.loads(line) for line in self.pbt("turns", *arguments, "--json").stdout.splitlines()]


def read_until(process, words):
    """The output up to a line with `words`; fails when the program ends before."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return seen
    raise AssertionError(f"ended without {words!r}: {''.join(seen)}{process.stderr.read()}")


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path)
    yield house
    for process in house.started:  # a test that failed leaves nothing running
        process.kill()
        process.wait()
    if house.gate is not None:
        os.close(house.gate)
