"""A script run by hand: one long turn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import pbt

pytestmark = pytest.mark.usefixtures("alone")


def test_alone_one_turn_counts_all_steps_with_the_given_values(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    for turn in pbt.turns(steps=4, rate=0.5):
        with turn:
            assert (turn["rate"], turn.weights, turn.load, turn.member) == (0.5, "none", None, 0)
            seen += list(turn.steps())
            assert turn.finish(score=1.25) is None
    assert seen == [0, 1, 2, 3]
    assert capsys.readouterr().out == "step 4: score 1.25\n"


def test_alone_it_saves_only_where_asked(tmp_path: Path) -> None:
    def train(turn: pbt.Turn) -> None:
        model = turn.restore(lambda: torch.nn.Linear(1, 1))
        turn.finish(model, step=1, score=0)

    pbt.serve(train, steps=1)
    pbt.serve(train, steps=1, save_to=tmp_path / "final")
    assert sorted(path.name for path in (tmp_path / "final").iterdir()) == ["state.json", "tensors.pt"]


def test_alone_an_error_is_not_swallowed() -> None:
    def train(turn: pbt.Turn) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        pbt.serve(train)


def test_alone_a_turn_without_finish_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="ended without turn.finish"):
        pbt.serve(lambda turn: None)


def test_alone_begin_gives_one_turn() -> None:
    turn = pbt.begin(steps=2)
    assert turn is not None
    assert [turn.reached(1), turn.reached(2)] == [False, True]
    assert turn.finish(score=0) is None


def test_one_seed_repeats_the_initialisation_and_the_training() -> None:
    def draw(seed: int) -> list[float]:
        numbers = []
        for turn in pbt.turns(steps=1, seed=seed):
            with turn:
                model = turn.restore(lambda: torch.nn.Linear(1, 1))
                numbers = [model.weight.item(), torch.rand(1).item()]
                turn.finish(step=1, score=0)
        return numbers

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)


def test_a_misspelt_hyperparameter_is_answered_with_the_nearest() -> None:
    turn = pbt.begin(learning_rate=0.1)
    assert turn is not None
    with pytest.raises(KeyError, match="did you mean 'learning_rate'"):
        turn["learning_rat"]
    assert turn.get("dropout", 0.25) == 0.25


def test_pbt_alone_does_not_import_torch() -> None:
    script = "import sys, pbt; pbt.begin().finish(step=1000, score=1); assert 'torch' not in sys.modules"
    package = str(Path(pbt.__file__).parents[1])
    subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": package}, check=True)
