"""examples/03_fashion_mnist, on data made here in its format."""

from __future__ import annotations

import difflib
import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest
import torch

from conftest import PACKAGE, Worker

EXAMPLE = PACKAGE.parent / "examples" / "03_fashion_mnist"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """300 images whose class is the bright column: half of them are held out."""
    folder = tmp_path / "data"
    folder.mkdir()
    labels = torch.arange(300) % 10
    images = torch.zeros(300, 28, 28, dtype=torch.uint8)
    for image, label in zip(images, labels):
        image[:, 2 * label] = 255
    sizes = b"".join(size.to_bytes(4, "big") for size in (300, 28, 28))
    packed = gzip.compress(b"\0\0\x08\x03" + sizes + images.numpy().tobytes())
    (folder / "train-images-idx3-ubyte.gz").write_bytes(packed)
    plain = b"\0\0\x08\x01" + sizes[:4] + labels.to(torch.uint8).numpy().tobytes()
    (folder / "train-labels-idx1-ubyte").write_bytes(plain)
    return folder


def test_at_most_eight_lines_differ_from_the_plain_script() -> None:
    plain, train = [(EXAMPLE / name).read_text().splitlines() for name in ("plain.py", "train.py")]
    blocks = difflib.SequenceMatcher(None, plain, train, autojunk=False).get_opcodes()
    assert sum(max(i2 - i1, j2 - j1) for kind, i1, i2, j1, j2 in blocks if kind != "equal") <= 8


@pytest.mark.parametrize(("script", "said"), [("plain.py", "accuracy "), ("train.py", "step 60: accuracy ")])
def test_both_scripts_run_by_themselves(tmp_path: Path, data: Path, script: str, said: str) -> None:
    shutil.copy(EXAMPLE / "fashion_mnist.py", tmp_path)
    (tmp_path / script).write_text((EXAMPLE / script).read_text().replace("4000", "60"))
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    environment.pop("PBT_SOCKET", None)
    command = [sys.executable, script, "--data", str(data)]
    output = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    assert output.startswith(said)
    assert float(output.removeprefix(said)) == 1.0


def test_train_keeps_the_contract(worker: Worker, data: Path) -> None:
    worker.metric = "accuracy"
    process = worker.start([sys.executable, str(EXAMPLE / "train.py"), "--data", str(data)])
    values = {"learning_rate": 0.03, "momentum": 0.75, "weight_decay": 1e-3, "batch": 32}
    changed = {"learning_rate": 0.01, "momentum": 0.875, "weight_decay": 2e-3, "batch": 64}

    def accuracy(turn: str, hyperparameters: Dict[str, float], **request: Any) -> float:
        worker.ask(turn, hyperparameters=hyperparameters, **request)
        result = worker.answer()
        assert result["unread"] == []
        score = result["metrics"]["accuracy"]
        assert isinstance(score, float)
        assert result["hyperparameters"] == {name: hyperparameters[name] for name in hyperparameters if name != "batch"}
        return score

    accuracy("a1", steps=5, hyperparameters=values)
    resident = accuracy("a2", load="a1", weights="resident", steps=5, hyperparameters=changed)
    assert accuracy("b1", steps=5, seed=8, hyperparameters=values) <= 1
    assert accuracy("a2-again", load="a1", steps=5, hyperparameters=changed) == resident
    resident_bytes, loaded_bytes = [(worker.folder / turn / "tensors.pt").read_bytes() for turn in ("a2", "a2-again")]
    assert resident_bytes == loaded_bytes
    worker.say(type="goodbye")
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0
