"""The examples and the main job in a short form: the real trainers, on the real engine."""

import gzip
import json
import os
import pathlib
import random
import re
import struct
import subprocess

import pytest

from conftest import PROGRAM, ROOT

RL = pathlib.Path(os.environ.get("PBT_RL", pathlib.Path(PROGRAM).parent / "trainers" / "rl"))


def write_idx(path, shape, values):
    with gzip.open(path, "wb") as file:
        file.write(struct.pack(">HBB", 0, 8, len(shape)) + struct.pack(f">{len(shape)}I", *shape) + bytes(values))


def made_fashion(folder, count=6000):
    """Images whose brightness tells the class: small, and learnable."""
    draw = random.Random(1)
    labels = [draw.randrange(10) for _ in range(count)]
    pixels = bytearray()
    for label in labels:
        pixels += bytes([label * 25]) * 784
    for split in ("train", "t10k"):
        write_idx(folder / f"{split}-images-idx3-ubyte.gz", (count, 28, 28), pixels)
        write_idx(folder / f"{split}-labels-idx1-ubyte.gz", (count,), labels)


def test_fashion_mnist_trains_under_the_engine(house):
    pytest.importorskip("torch")
    made_fashion(house.folder)
    source = ROOT / "examples" / "03_fashion_mnist"
    text = (source / "experiment.toml").read_text()
    text = re.sub(r"(?m)^population *=.*", "population = 2", text)
    text = re.sub(r"(?m)^steps *=.*", "steps = 40", text)
    text = re.sub(r"(?m)^interval *=.*", "interval = 20", text)
    text = re.sub(r"(?m)^command *=.*", f'command = ["/usr/bin/python3", "{source}/train.py", "--data", "{house.folder}"]', text)
    house.write("fashion.toml", text)
    house.pbt("run", "fashion.toml", "-j", "1")
    turns = house.turns()
    assert len(turns) == 4
    assert all(0 < turn["metrics"]["accuracy"] <= 1 for turn in turns)
    house.pbt("doctor", re.search(r'(?m)^name *= *"(.*)"', text).group(1))


AGENT = """
    name = "agent"
    population = 2
    steps = 2_000
    interval = 1_000
    [objective]
    metric = "episode_return"
    [trainer]
    command = COMMAND
    [hyperparameters]
    learning_rate = { low = 1e-4, high = 3e-3, scale = "log" }
    entropy_cost = { low = 1e-3, high = 3e-2, scale = "log" }
    discount = { low = 0.9, high = 0.999, scale = "one_minus_log" }
    unroll = { low = 16, high = 64, type = "int" }
    [algorithm]
    exploit = { strategy = "truncation", fraction = 0.5 }
"""


@pytest.mark.skipif(not RL.exists(), reason="built without the reference trainers")
@pytest.mark.parametrize("flags", [
    ["--environment", "CartPole-v1", "--normalise-observations", "--normalise-rewards", "--frame-stack", "2"],
    ["--environment", "Pendulum-v1", "--body", "recurrent", "--width", "8"],
    ["--environment", "CartPole-v1", "--body", "feudal", "--width", "8"],
], ids=["mlp", "recurrent", "feudal"])
def test_agents_keep_the_trainers_contract_and_train(house, flags):
    command = [str(RL), *flags, "--environments", "4", "--evaluation-episodes", "2", "--device", "cpu"]
    house.write("agent.toml", AGENT.replace("COMMAND", json.dumps(command)))
    findings = json.loads(house.pbt("check", "agent.toml", "--steps", "256", "--json").stdout)
    assert {finding["name"]: finding["explanation"] for finding in findings if finding["verdict"] in ("failed", "warned")} == {}
    house.pbt("run", "agent.toml", "-j", "1")
    assert len(house.turns()) == 4
    house.pbt("doctor", "agent")


@pytest.mark.skipif(not RL.exists(), reason="built without the reference trainers")
def test_the_lander_trains_and_its_best_checkpoint_can_be_flown(house):
    text = (ROOT / "trainers" / "rl" / "lander.toml").read_text()
    text = re.sub(r"(?m)^population *=.*", "population = 2", text)
    text = re.sub(r"(?m)^steps *=.*", "steps = 4_000", text)
    text = re.sub(r"(?m)^interval *=.*", "interval = 2_000", text)
    text = re.sub(r"(?m)^command *=.*", f'command = ["{RL}"]', text)
    house.write("lander.toml", text)
    house.pbt("run", "lander.toml", "-j", "2")
    assert [turn["to_step"] >= 2000 for turn in house.turns()] == [True] * 4
    house.pbt("best", "lander", "--copy", "best")
    flown = json.loads(subprocess.run([RL, "--evaluate", house.folder / "best", "--episodes", "3", "--seed", "5"],
                                      check=True, capture_output=True, text=True).stdout)
    assert flown["episodes"] == len(flown["returns"]) == 3
