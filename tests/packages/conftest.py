"""PBT_PACKAGES is the folder that packaging/build has filled."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = pathlib.Path(os.environ.get("PBT_PACKAGES", ROOT / "build" / "packages"))

# Needs a shell and nothing beside it, so that it runs where nothing else is.
TRAINER = """#!/bin/sh
echo "$2" > "$1/theta"
echo "{\\"score\\": $2}"
"""
EXPERIMENT = """
name = "tiny"
population = 4
steps = 20
interval = 10
[objective]
metric = "score"
mode = "max"
[trainer]
command = ["./train.sh", "{save}", "{lr}"]
[hyperparameters]
lr = { low = 0.1, high = 1.0 }
[workers]
count = 2
"""


@pytest.fixture
def bare(monkeypatch):
    """Nothing of the source tree or of another installation is found."""
    for name in ("PBT_PROGRAM", "PBT_STORE", "PYTHONPATH", "LD_LIBRARY_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def package(pattern):
    found = list(PACKAGES.glob(pattern))
    assert len(found) == 1, f"{PACKAGES} has {found or 'nothing'} as {pattern}: run packaging/build"
    return found[0]


def write_experiment(folder):
    (folder / "experiment.toml").write_text(EXPERIMENT)
    (folder / "train.sh").write_text(TRAINER)
    (folder / "train.sh").chmod(0o755)


def train(command, folder):
    """Runs the tiny experiment by `command`, the program and what starts it, and checks what came of it."""
    write_experiment(folder)
    subprocess.run([*command, "run", "experiment.toml"], cwd=folder, check=True, capture_output=True, text=True)
    best = subprocess.run([*command, "best", "--json"], cwd=folder, check=True, capture_output=True, text=True).stdout
    assert json.loads(best)["score"] == json.loads(best)["hyperparameters"]["lr"]
