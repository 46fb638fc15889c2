"""pbt.run drives the program; a small script stands for it here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import pbt

PROGRAM = """#!{python}
import json, os, sys
open(os.environ["PBT_TEST_CALLS"], "a").write(json.dumps(sys.argv[1:]) + "\\n")
command = sys.argv[1]
if command == "run":
    print("8 members")
    print("pbt: error: no such trainer", file=sys.stderr)
    sys.exit(1 if "broken" in sys.argv else 0)
if command == "best":
    print(json.dumps({{"score": 0.5, "member": 3}}, indent=2))
if command == "turns":
    print('{{"member": 0, "turn": 1}}\\n{{"member": 1, "turn": 1}}')
if command == "schedule":
    print('[{{"step": 0, "lr": 0.1}}]')
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "pbt"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PBT_PROGRAM", str(program))
    monkeypatch.setenv("PBT_TEST_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_run_is_the_command_line(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    space = {
        "lr": pbt.log(1e-4, 1e-1),
        "batch": pbt.choice(32, 64, ordered=True),
        "width": pbt.integer(8, 512, log=True),
        "momentum": 0.9,
        "mode": pbt.choice("a,b", "c"),
        "layers": pbt.integer(1, 4),
        "dropout": pbt.uniform(0, 0.5),
        "discount": pbt.one_minus_log(0.9, 0.999),
        "bias": pbt.choice(True, False),
    }
    pbt.run("train.py", space=space, population=4, workers=2, steps=20, interval=5, maximize="accuracy")
    assert json.loads(calls.read_text()) == [
        "run", "train", "--population", "4", "-j", "2", "--steps", "20", "--interval", "5", "--maximize", "accuracy",
        "-p", "lr=0.0001..0.1:log", "-p", "batch=32,64:ordered", "-p", "width=8..512:int:log", "-p", "momentum=0.9",
        "-p", "mode=a,,b,c",
        "-p", "layers=1..4:int", "-p", "dropout=0.0..0.5",
        "-p", "discount=0.9..0.999:one_minus_log", "-p", "bias=true,false", "--", sys.executable, "train.py",
    ]
    assert "8 members\n" in capsys.readouterr().out


def test_run_passes_names_stores_flags_and_commands_on(calls: Path) -> None:
    pbt.run(
        ["./train", "--fast"], space={}, steps=20, interval=5, minimize="loss", name="x", store="sqlite:x.db",
        flags=["--seed", "3"],
    )
    assert json.loads(calls.read_text()) == [
        "run", "x", "--population", "8", "-j", "1", "--steps", "20", "--interval", "5", "--minimize", "loss",
        "--store", "sqlite:x.db", "--seed", "3", "--", "./train", "--fast",
    ]


def test_what_came_of_it_can_be_read(calls: Path) -> None:
    experiment = pbt.Experiment("x", store="sqlite:x.db")
    assert experiment.best() == {"score": 0.5, "member": 3}
    turns = experiment.turns()
    rows = turns if isinstance(turns, list) else turns.to_dict("records")
    assert rows == [{"member": 0, "turn": 1}, {"member": 1, "turn": 1}]
    assert experiment.schedule() == [{"step": 0, "lr": 0.1}]
    assert [json.loads(line) for line in calls.read_text().splitlines()] == [
        ["best", "x", "--json", "--store", "sqlite:x.db"],
        ["turns", "x", "--json", "--store", "sqlite:x.db"],
        ["schedule", "x", "--format", "json", "--store", "sqlite:x.db"],
    ]


def test_a_run_that_fails_says_the_programs_last_words(calls: Path) -> None:
    with pytest.raises(pbt.RunFailed, match="ended with status 1: pbt: error: no such trainer"):
        pbt.run("train.py", space={}, steps=1, interval=1, maximize="a", name="broken")


def test_mistakes_are_named_before_anything_runs(calls: Path) -> None:
    with pytest.raises(ValueError, match="one metric"):
        pbt.run("train.py", space={}, steps=1, interval=1)
    with pytest.raises(TypeError, match=r"\[1, 2\] is no hyperparameter's value"):
        pbt.run("train.py", space={"lr": [1, 2]}, steps=1, interval=1, maximize="a")  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="lower bound"):
        pbt.log(1e-1, 1e-4)
    with pytest.raises(ValueError, match="would be read as another value"):
        pbt.choice("64", "128")
    assert not calls.exists()
