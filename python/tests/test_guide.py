"""Every Python block of the guide and the README runs as printed; those that need another package are compiled."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List, Tuple

import numpy
import pytest
import torch

import pbt
from conftest import PACKAGE

FILES = [PACKAGE.parent / "docs" / "guides" / "python.md", PACKAGE / "README.md"]


def blocks() -> List[Tuple[str, str]]:
    found = []
    for path in FILES:
        text = path.read_text()
        for match in re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            found.append((f"{path.name}:{text.count(chr(10), 0, match.start()) + 2}", match.group(1)))
    return found


def build(turn: pbt.Turn) -> Any:
    model = torch.nn.Linear(8, 1)
    return model, torch.optim.Adam(model.parameters(), lr=turn["learning_rate"])


def train_step(model: Any, optimizer: Any, batch: int) -> Any:
    loss = model(torch.rand(batch, 8)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


def evaluate(model: Any) -> float:
    with torch.no_grad():
        return float(model(torch.ones(1, 8)))


@pytest.mark.parametrize(("where", "code"), blocks())
def test_the_guides_blocks_run(
    where: str, code: str, alone: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compile(code, where, "exec")
    names = {"pbt": pbt, "torch": torch, "numpy": numpy, "build": build, "train_step": train_step, "evaluate": evaluate}
    if code.startswith("# needs"):
        return
    if not code.startswith("# torchrun"):
        exec(compiled, names)
        return
    for name, value in {"RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}.items():
        monkeypatch.setenv(name, value)
    exec(compiled, names)
