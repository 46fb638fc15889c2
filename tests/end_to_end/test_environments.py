"""A population trains in environments of Python packages: the real trainer, on the real engine, in a real game."""

import json
import math
import os
import pathlib
import subprocess

import pytest

from conftest import PROGRAM

BUILD = pathlib.Path(PROGRAM).parent
RL = pathlib.Path(os.environ.get("PBT_RL", BUILD / "trainers" / "rl"))
PYTHON = BUILD / "python" / "bin" / "python"

pytestmark = [
    pytest.mark.skipif(not RL.exists(), reason="built without the reference trainers"),
    pytest.mark.skipif(not PYTHON.exists(), reason="no Python packages: make them with scripts/python-environment"),
]

EXPERIMENT = """
    name = "game"
    population = 2
    steps = {steps}
    interval = {interval}
    seed = 1
    [objective]
    metric = "episode_return"
    [trainer]
    command = {command}
    [hyperparameters]
    learning_rate = {{ low = 1e-4, high = 1e-3, scale = "log" }}
    entropy_cost = {{ low = 1e-3, high = 3e-2, scale = "log" }}
    unroll = {unroll}
    epochs = 1
    [algorithm]
    exploit = {{ strategy = "truncation", fraction = 0.5 }}
    [workers]
    count = 1
"""


def experiment(house, *flags, **sizes):
    house.write("experiment.toml", EXPERIMENT.format(command=json.dumps([str(RL), "--python", str(PYTHON), *flags]), **sizes))


def test_ms_pacman_is_trained_for_two_turns(house):
    experiment(house, "--environment", "atari:MsPacman", "--body", "conv", "--width", "64", "--environments", "4",
               "--evaluation-episodes", "1", steps=256, interval=128, unroll=32)
    house.pbt("run", "experiment.toml")
    turns = house.turns()
    assert sorted((turn["member"], turn["turn"], turn["from_step"], turn["to_step"]) for turn in turns) == [
        (member, turn, 128 * (turn - 1), 128 * turn) for member in range(2) for turn in (1, 2)]
    for turn in turns:
        assert all(score % 10 == 0 for score in turn["samples"]), "whole games are scored in tens"
        assert math.isfinite(turn["metrics"]["policy_loss"])
    best = house.json("best")
    assert best["score"] == max(turn["score"] for turn in turns) > 0


def test_the_trainer_keeps_its_contract_in_gymnasium(house):
    experiment(house, "--environment", "gymnasium:CartPole-v1", "--environments", "2", "--evaluation-episodes", "2",
               steps=256, interval=128, unroll=32)
    house.pbt("check", "experiment.toml")


def refusal(*flags):
    done = subprocess.run([RL, *flags, "--steps", "10"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    return done.stderr


def test_an_unknown_game_or_interpreter_is_refused_before_training():
    assert 'did you mean "MsPacman"?' in refusal("--python", PYTHON, "--environment", "atari:MsPacmen")
    assert "does not run as a Python interpreter" in refusal("--python", "/nowhere/python", "--environment", "atari:MsPacman")
