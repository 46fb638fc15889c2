"""PyTorch states: what was loaded may be a neighbour's, what acts is this turn's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, List, Tuple

import numpy
import pytest
import torch

import pbt
import pbt.torch
from conftest import Worker

scheduling = torch.optim.lr_scheduler


def linear_and_sgd() -> Tuple[torch.nn.Module, torch.optim.Optimizer]:
    model = torch.nn.Linear(2, 1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def train_steps(turn: pbt.Turn, model: Any, optimizer: Any, scheduler: Any = None) -> None:
    for _ in turn.steps():
        loss = (model(torch.rand(4, 2)) - 1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()


Train = Callable[[pbt.Turn], None]


def trainer(build: Callable[..., Any], apply: Any = True, seen: Any = None) -> Train:
    """Trains (model, optimizer) or (model, optimizer, scheduler); `seen` gets the state as restored."""

    def train(turn: pbt.Turn) -> None:
        state = turn.restore(build, apply=apply)
        if seen is not None:
            seen(state)
        train_steps(turn, *state)
        state[0].eval()  # and it stays so: the next turn is not to notice
        with torch.no_grad():
            turn.finish(state, score=state[0](torch.ones(1, 2)))

    return train


def test_the_turns_rate_acts_after_the_donors_is_loaded(worker: Worker) -> None:
    rates: List[Any] = []
    worker.train(lambda: pbt.serve(trainer(linear_and_sgd, seen=lambda s: rates.append(s[1].param_groups[0]["lr"]))))
    worker.ask("donor", hyperparameters={"learning_rate": 0.5, "momentum": 0.5})
    assert worker.answer()["hyperparameters"] == {"learning_rate": 0.5, "momentum": 0.5}
    worker.ask("copy", load="donor", hyperparameters={"learning_rate": 0.125, "momentum": 0.75})
    result = worker.answer()
    assert result["hyperparameters"] == {"learning_rate": 0.125, "momentum": 0.75}
    assert result["unread"] == []
    assert rates == [0.5, 0.125]
    worker.goodbye()


def test_resident_equals_reloaded_and_turns_do_not_leak_into_each_other(worker: Worker) -> None:
    def build(turn: pbt.Turn) -> Any:
        layers = torch.nn.Linear(2, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 1)
        model = torch.nn.Sequential(*layers)
        optimizer = torch.optim.Adam(model.parameters(), lr=turn["lr"])
        return model, optimizer, scheduling.ExponentialLR(optimizer, 0.9)

    worker.train(lambda: pbt.serve(trainer(build)))
    rate = {"hyperparameters": {"lr": 0.01}}

    def score(turn_id: str, **request: Any) -> Any:
        worker.ask(turn_id, **rate, **request)
        return worker.answer()["metrics"]["score"]

    first = score("a1", seed=1)
    resident = score("a2", seed=2, load="a1", weights="resident")
    assert score("b1", seed=3) != first  # another member in between
    assert score("a1-again", seed=1) == first
    assert score("a2-again", seed=2, load="a1") == resident
    worker.goodbye()


def test_live_objects_are_reused_unless_build_would_make_others(worker: Worker) -> None:
    built: List[float] = []

    def build(turn: pbt.Turn) -> Any:
        built.append(turn["dropout"])
        model = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Dropout(turn["dropout"]))
        return model, torch.optim.SGD(model.parameters(), lr=turn["lr"])

    acting: List[float] = []
    worker.train(lambda: pbt.serve(trainer(build, seen=lambda s: acting.append(s[0][1].p))))
    worker.ask("a1", hyperparameters={"dropout": 0.25, "lr": 0.5})
    worker.answer()
    worker.ask("a2", load="a1", weights="resident", hyperparameters={"dropout": 0.25, "lr": 0.125})
    result = worker.answer()
    assert (result["hyperparameters"], result["unread"]) == ({"lr": 0.125}, [])
    assert built == [0.25]
    worker.ask("a3", load="a2", weights="resident", hyperparameters={"dropout": 0.5, "lr": 0.125})
    worker.answer()
    assert (built, acting) == ([0.25, 0.5], [0.25, 0.25, 0.5])
    worker.ask("b1", hyperparameters={"dropout": 0.5, "lr": 0.125})  # fresh weights: always a fresh build
    worker.answer()
    assert built == [0.25, 0.5, 0.5]
    worker.goodbye()


def test_a_scheduler_goes_on_from_the_new_base_and_a_warm_up_is_no_false_alarm(worker: Worker) -> None:
    def build(turn: pbt.Turn) -> Any:
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=turn["learning_rate"])
        return model, optimizer, scheduling.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 8))

    seen: List[Any] = []

    def look(state: Any) -> None:
        group = state[1].param_groups[0]
        seen.append((group["lr"], group["initial_lr"], state[2].base_lrs, state[2].last_epoch))

    for fresh in (False, True):  # into live objects, and into those of a new process
        seen.clear()
        if not fresh:
            worker.train(lambda: pbt.serve(trainer(build, seen=look)))
        worker.ask(f"donor{fresh}", hyperparameters={"learning_rate": 1.0})
        assert worker.answer()["hyperparameters"] == {"learning_rate": 1.0}
        if fresh:
            worker.say(type="drop", ids=["donorTrue"])
        worker.ask(f"copy{fresh}", load=f"donor{fresh}", hyperparameters={"learning_rate": 0.5})
        assert worker.answer()["hyperparameters"] == {"learning_rate": 0.5}
        assert seen == [(0.125, 1.0, [1.0], 0), (0.25, 0.5, [0.5], 3)]
    worker.goodbye()


def test_a_schedulers_own_settings_are_the_turns_not_the_donors(worker: Worker) -> None:
    def build(turn: pbt.Turn) -> Any:
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        step = scheduling.MultiStepLR(optimizer, [100], gamma=turn["gamma"])
        return model, optimizer, scheduling.SequentialLR(optimizer, [scheduling.ConstantLR(optimizer), step], [50])

    seen: List[Any] = []
    look = lambda s: seen.append((s[2]._schedulers[1].gamma, s[2].last_epoch))
    worker.train(lambda: pbt.serve(trainer(build, seen=look)))
    worker.ask("donor", hyperparameters={"gamma": 0.5})
    worker.answer()
    worker.ask("copy", load="donor", hyperparameters={"gamma": 0.25})
    worker.answer()
    assert seen == [(0.5, 0), (0.25, 3)]
    worker.goodbye()


@pytest.mark.parametrize(
    "make",
    [
        lambda optimizer: scheduling.OneCycleLR(optimizer, 0.5, total_steps=10, cycle_momentum=False),
        lambda optimizer: scheduling.CosineAnnealingWarmRestarts(optimizer, 2),
        lambda optimizer: scheduling.StepLR(optimizer, 1, gamma=0.5),
    ],
)
def test_schedulers_of_many_kinds_take_the_new_base(worker: Worker, make: Any) -> None:
    def build(turn: pbt.Turn) -> Any:
        model = torch.nn.Linear(2, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
        return model, optimizer, make(optimizer)

    seen: List[Tuple[float, float]] = []

    def look(state: Any) -> None:
        group = state[1].param_groups[0]
        seen.append((group["lr"], state[2].base_lrs[0]))

    worker.train(lambda: pbt.serve(trainer(build, seen=look)))
    worker.ask("donor", hyperparameters={"learning_rate": 0.5})
    assert worker.answer()["hyperparameters"] == {"learning_rate": 0.5}
    worker.ask("same", load="donor", hyperparameters={"learning_rate": 0.5})
    worker.answer()
    worker.ask("half", load="donor", hyperparameters={"learning_rate": 0.25})
    assert worker.answer()["hyperparameters"] == {"learning_rate": 0.25}
    assert seen[2] == pytest.approx((seen[1][0] / 2, seen[1][1] / 2), rel=1e-12)
    worker.goodbye()


def test_a_plateau_scheduler_that_reduced_the_rate_is_no_false_alarm(worker: Worker) -> None:
    def build() -> Any:
        model, optimizer = linear_and_sgd()
        return model, optimizer, scheduling.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)

    rates: List[float] = []

    def train(turn: pbt.Turn) -> None:
        model, optimizer, scheduler = turn.restore(build)
        rates.append(optimizer.param_groups[0]["lr"])
        scheduler.step(1.0)
        turn.finish((model, optimizer, scheduler), step=3, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", hyperparameters={"lr": 0.5})
    assert worker.answer()["hyperparameters"] == {"lr": 0.5}
    worker.ask("a2", load="a1", hyperparameters={"lr": 0.5})
    assert worker.answer()["hyperparameters"] == {"lr": 0.5}
    worker.ask("a3", load="a2", hyperparameters={"lr": 1.0})
    assert worker.answer()["hyperparameters"] == {"lr": 1.0}
    assert rates == [0.5, 0.5, 0.5]  # as asked; as asked, not yet reduced; reduced once, from twice the base
    worker.goodbye()


def test_groups_keep_the_ratio_that_build_gave_them(worker: Worker) -> None:
    def build(turn: pbt.Turn) -> Any:
        body, head = torch.nn.Linear(2, 2), torch.nn.Linear(2, 1)
        groups = [
            {"params": body.parameters(), "lr": turn["lr"] / 8, "weight_decay": turn["weight_decay"]},
            {"params": head.parameters(), "lr": turn["lr"], "weight_decay": 0.0},
        ]
        return torch.nn.Sequential(body, head), torch.optim.SGD(groups, lr=turn["lr"])

    seen: List[Any] = []
    look = lambda s: seen.append([(g["lr"], g["weight_decay"]) for g in s[1].param_groups])
    worker.train(lambda: pbt.serve(trainer(build, seen=look)))
    worker.ask("a1", hyperparameters={"lr": 0.5, "weight_decay": 0.25})
    worker.answer()
    worker.ask("a2", load="a1", weights="resident", hyperparameters={"lr": 1.0, "weight_decay": 0.5})
    assert worker.answer()["hyperparameters"] == {"lr": 1.0, "weight_decay": 0.5}
    assert seen == [[(0.0625, 0.25), (0.5, 0.0)], [(0.125, 0.5), (1.0, 0.0)]]
    worker.goodbye()


def test_a_ratio_that_cannot_be_known_is_an_error_that_says_what_to_do(worker: Worker) -> None:
    def build(turn: pbt.Turn) -> Any:
        model = torch.nn.Linear(2, 1)
        assert turn["lr"] == 0.5
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    worker.train(lambda: pbt.serve(trainer(build)))
    worker.ask("a1", hyperparameters={"lr": 0.5})
    message = worker.answer()["message"]
    assert "hold lr = [0.1], none the value itself, 0.5" in message
    assert "apply=False" in message
    worker.goodbye()


def test_names_act_where_apply_says(worker: Worker) -> None:
    def build() -> Any:
        nets = torch.nn.Linear(2, 1), torch.nn.Linear(2, 1)
        return (*nets, torch.optim.SGD(nets[0].parameters(), lr=0.1), torch.optim.Adam(nets[1].parameters()))

    seen: List[Any] = []

    def train(turn: pbt.Turn) -> None:
        state = turn.restore(build, apply={"g_lr": "2.lr", "d_lr": "3.lr", "d_beta": "3.betas.0"})
        seen.append((state[2].param_groups[0]["lr"], state[3].param_groups[0]["lr"], state[3].param_groups[0]["betas"]))
        turn.finish(state, step=3, score=0)

    worker.train(lambda: pbt.serve(train))
    values = {"g_lr": 0.5, "d_lr": 0.25, "d_beta": 0.75}
    worker.ask("a1", hyperparameters=values)
    assert worker.answer()["hyperparameters"] == values
    assert seen == [(0.5, 0.25, (0.75, 0.999))]
    worker.goodbye()


@pytest.mark.parametrize(
    ("values", "apply", "expected"),
    [
        ({"learning_rate": 0.5, "lr": 0.25}, True, "learning_rate and lr would both act on lr of state[1]"),
        ({"g_lr": 0.5}, {"g_lr": "0.lr"}, "no optimiser of the state has 'lr' there"),
        ({"lr": 0.5}, {"g_lr": "1.lr"}, "apply names ['g_lr']: this turn's hyperparameters are ['lr']"),
    ],
)
def test_an_apply_that_cannot_be_meant_is_refused(worker: Worker, values: Any, apply: Any, expected: str) -> None:
    worker.train(lambda: pbt.serve(trainer(linear_and_sgd, apply)))
    worker.ask("a1", hyperparameters=values)
    assert expected in worker.answer()["message"]
    worker.goodbye()


def test_a_value_that_something_overwrote_fails_the_turn(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        model, optimizer = turn.restore(linear_and_sgd)
        optimizer.param_groups[0]["lr"] *= 0.5
        turn.finish((model, optimizer), step=3, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", hyperparameters={"lr": 0.5})
    assert "lr is 0.25 in the optimiser at the end of the turn; the turn asked for 0.5" in worker.answer()["message"]
    worker.goodbye()


def test_a_state_finished_without_its_optimiser_fails_and_says_so(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(lambda turn: turn.finish(turn.restore(linear_and_sgd)[0], step=3, score=0)))
    worker.ask("a1", hyperparameters={"lr": 0.5})
    assert "given 1 of the 2 objects that turn.restore() gave" in worker.answer()["message"]
    worker.goodbye()


def test_scripts_that_load_by_themselves_apply_after_it(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        state = linear_and_sgd()
        if turn.load is not None:
            pbt.torch.load(state, turn.load)
        pbt.torch.apply(turn, state)
        pbt.torch.save(state, turn.save)
        turn.finish(step=3, score=state[1].param_groups[0]["lr"])

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", hyperparameters={"lr": 0.5})
    worker.answer()
    worker.ask("a2", load="a1", hyperparameters={"lr": 0.25})
    result = worker.answer()
    assert (result["metrics"]["score"], result["hyperparameters"]) == (0.25, {"lr": 0.25})
    worker.goodbye()


class Custom:
    """Anything with state_dict and load_state_dict."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def state_dict(self) -> Any:
        return self.values

    def load_state_dict(self, values: Any) -> None:
        self.values = values


def test_a_checkpoint_keeps_tensors_numbers_and_containers(tmp_path: Path) -> None:
    values = {"t": torch.ones(2), "n": numpy.float64(0.5), "i": numpy.int64(3), "l": [1, (2.5, None)], 7: "x"}
    pbt.torch.save((Custom(values), None), tmp_path)
    loaded = Custom(None)
    pbt.torch.load((loaded, None), tmp_path)
    assert torch.equal(loaded.values.pop("t"), torch.ones(2))
    assert loaded.values == {"n": 0.5, "i": 3, "l": [1, (2.5, None)], 7: "x"}


def test_a_checkpoint_refuses_what_would_need_code_to_load(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"state\[0\]\['deep'\]\[1\] is a ndarray: a checkpoint holds tensors"):
        pbt.torch.save(Custom({"deep": [0, numpy.ones(2)]}), tmp_path)
    assert list(tmp_path.iterdir()) == []


class Malice:
    def __reduce__(self) -> Any:
        return os.mkdir, (os.environ["PBT_TEST_MALICE"],)


def test_a_neighbours_checkpoint_runs_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBT_TEST_MALICE", str(tmp_path / "ran"))
    pbt.torch.save(Custom({}), tmp_path)
    torch.save({"0": Malice()}, tmp_path / "tensors.pt")
    with pytest.raises(Exception, match="mkdir"):
        pbt.torch.load(Custom(None), tmp_path)
    assert not (tmp_path / "ran").exists()


def test_a_checkpoint_of_other_objects_is_refused(tmp_path: Path) -> None:
    pbt.torch.save((Custom({}), Custom({})), tmp_path)
    with pytest.raises(ValueError, match="holds 2 objects, but build returned 1"):
        pbt.torch.load(Custom(None), tmp_path)
    with pytest.raises(FileNotFoundError, match="not written by turn.finish"):
        pbt.torch.load(Custom(None), tmp_path / "nowhere")
