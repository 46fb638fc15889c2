"""A small experiment whose record has one of everything: hyperparameters of each kind, copies, a failed attempt, a metric that is
not a number, a diverged turn, pictures in the checkpoints. Synchronous, so that the record is the same every time."""

import contextlib
import json
import signal
import struct
import subprocess
import zlib

from conftest import PROGRAM

TRAINER = """
    import pathlib
    import pbt

    PICTURE = bytes.fromhex("PIXELS")
    failed = pathlib.Path("failed")

    def train(turn):
        if turn.member == 1 and turn.index == 2 and not failed.exists():
            failed.touch()
            raise RuntimeError("once only")
        theta = float((turn.load / "theta").read_text()) if turn.load else 0.0
        for step in turn.steps():
            theta += turn["optimizer.lr"] * (1.5 if turn["activation"] == "relu" else 1.0)
        (turn.save / "theta").write_text(repr(theta))
        (turn.save / "sample.png").write_bytes(PICTURE)
        diverged = turn.member == 3 and turn.index == 2
        print("trained", turn.id, flush=True)
        turn.finish(metrics={"score": float("nan") if diverged else theta, "loss/train": -theta, "odd": float("inf")},
                    samples=[theta, theta + 1])

    pbt.serve(train, **{"optimizer.lr": 0.1, "activation": "relu"})
"""

HYPERPARAMETERS = """[hyperparameters]
    discount = { low = 0.9, high = 0.999, scale = "one_minus_log" }
    width = { low = 4, high = 64, type = "int", scale = "log" }
    activation = { values = ["relu", "tanh"] }
    slope = { low = 0.0, high = 0.3, when = { activation = "relu" } }
    batch = { values = [32, 64, 128], ordered = true }
    clip = 0.5
    [hyperparameters.optimizer]
    lr = { low = 1e-3, high = 1.0, scale = "log" }
"""


def picture():
    """One grey pixel as PNG."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def prepare(house, more=""):
    """Writes the experiment, "toy", into the house; `more` goes to the end of its file."""
    house.write("train.py", TRAINER.replace("PIXELS", picture().hex()))
    tuned = '[hyperparameters]\nlr = { low = 1e-3, high = 1.0, scale = "log" }\n'
    house.edit({tuned: "\n".join(line.strip() for line in HYPERPARAMETERS.splitlines()) + "\n",
                "interval = 10": "interval = 10\nsynchronous = true", "count = 2": "count = 1\n" + more})


@contextlib.contextmanager
def serving(house, **environment):
    """`pbt serve` over what the house has, on a free port: its address."""
    with subprocess.Popen([PROGRAM, "serve", "--port", "0", "--json"], cwd=house.folder, env=house.environment | environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) == 0, server.stderr.read()


def lineages(house):
    """Each member's turns, from its lineage's first to the one that it stands on."""
    record = json.loads(house.pbt("export", "toy", "--format", "json").stdout)
    turns = {(turn["member"], turn["turn"]): turn for turn in record["turns"]}
    found = {}
    for member in record["status"]["members"]:
        stands_on = member["copied_from"] or member
        chain = [turns[stands_on["member"], stands_on["turn"]]]
        while chain[-1]["parent"]:
            chain.append(turns[chain[-1]["parent"]["member"], chain[-1]["parent"]["turn"]])
        found[member["member"]] = chain[::-1]
    return found


def numbers(values):
    return {name: float(value) for name, value in values.items() if not isinstance(value, (str, bool)) or value in ("Infinity", "NaN")}


def curves(lineage, score, metric, hyperparameter):
    """What a curve of each name should hold: (step, value) along the lineage. The arguments make names of names."""
    points = {}
    for turn in lineage:
        values = {score("score"): turn["score"]}
        values |= {metric(name): value for name, value in numbers(turn["metrics"]).items()}
        values |= {hyperparameter(name): value for name, value in numbers(turn["hyperparameters"]).items()}
        for name, value in values.items():
            points.setdefault(name, []).append((turn["to_step"], value))
    return points
