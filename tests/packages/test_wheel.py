"""The wheel in a fresh virtual environment: the program and the client's pbt.run, which finds it."""

import subprocess
import sys

import pytest
from conftest import package

SCRIPT = """
import sys
import pbt
import pbt._run

def train(turn):
    (turn.save / "theta").write_text("1")
    turn.finish(step=turn.target_step, score=turn["lr"])

if len(sys.argv) > 1:
    pbt.serve(train, steps=20, lr=0.5)
else:
    experiment = pbt.run([sys.executable, __file__, "train"], name="tiny", space={"lr": pbt.uniform(0.1, 1)}, population=4, steps=20,
                         interval=10, maximize="score")
    best = experiment.best()
    assert best["score"] == best["hyperparameters"]["lr"], best
    print(pbt._run.program())
"""


@pytest.fixture
def environment(bare, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    subprocess.run([tmp_path / "venv/bin/pip", "install", "--quiet", "--no-index", "--disable-pip-version-check", package("pbt-*.whl")],
                   check=True)
    return tmp_path / "venv"


def test_the_wheel_carries_the_program_and_the_client_finds_it(environment, tmp_path):
    version = subprocess.run([environment / "bin/pbt", "--version"], capture_output=True, text=True, check=True).stdout
    client = subprocess.run([environment / "bin/python", "-c", "import pbt; print('pbt', pbt.__version__)"], capture_output=True, text=True,
                            check=True).stdout
    assert version == client
    (tmp_path / "tiny.py").write_text(SCRIPT)
    done = subprocess.run([environment / "bin/python", "tiny.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == str(environment / "bin/pbt")
    assert (environment / "share/man/man1/pbt-run.1.gz").exists()
    assert (environment / "share/doc/pbt/copyright").exists()
