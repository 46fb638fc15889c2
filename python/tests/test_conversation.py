"""What passes between a worker and a script: docs/protocol.md, without PyTorch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, List

import pytest

import pbt
from conftest import Worker


def save_counter(state: List[int], folder: Path) -> None:
    (folder / "counter.json").write_text(json.dumps(state))


def load_counter(state: List[int], folder: Path) -> List[int]:
    return list(json.loads((folder / "counter.json").read_text()))


def count(turn: pbt.Turn) -> None:
    """Trains a list with one number: the steps made."""
    counter = turn.restore(lambda: [0], load=load_counter)
    for _ in turn.steps():
        counter = [counter[0] + 1]  # rebound, as JAX states are
    turn.finish(counter, save=save_counter, score=counter[0])


def test_hello_names_protocol_and_residents(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(count, resident_max=2))
    assert worker.hello == {
        "type": "hello", "protocol": 1, "client": "python 0.1.0", "resident_max": 2, "batch_max": 1,
    }
    worker.goodbye()


def test_a_turn_is_trained_saved_and_reported(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(count))
    save = worker.ask("a1", from_step=10, steps=5)
    assert worker.answer() == {
        "type": "result", "id": "a1", "step": 15, "metrics": {"score": 5}, "partial": False, "hyperparameters": {},
        "unread": [],
    }
    assert json.loads((save / "counter.json").read_text()) == [5]
    worker.goodbye()


def test_resident_weights_go_on_without_a_load(worker: Worker) -> None:
    loads: List[Path] = []

    def load(state: List[int], folder: Path) -> List[int]:
        loads.append(folder)
        return load_counter(state, folder)

    def train(turn: pbt.Turn) -> None:
        assert turn.resident == ([3] if turn.weights == "resident" else None)
        counter = turn.restore(lambda: [0], load=load)
        counter = [counter[0] + len(list(turn.steps()))]
        turn.finish(counter, save=save_counter, score=counter[0])

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    assert worker.answer()["metrics"] == {"score": 3}
    worker.ask("a2", load="a1", weights="resident", from_step=3)
    assert worker.answer()["metrics"] == {"score": 6}
    assert loads == []
    worker.ask("b2", load="a1", from_step=3)
    assert worker.answer()["metrics"] == {"score": 6}
    assert loads == [worker.folder / "a1"]
    worker.goodbye()


def test_dropped_weights_are_forgotten_and_their_objects_reused(worker: Worker) -> None:
    built: List[int] = []
    residents: List[Any] = []

    def build() -> List[int]:
        built.append(1)
        return [0]

    def train(turn: pbt.Turn) -> None:
        residents.append(turn.resident)
        counter = turn.restore(build, load=load_counter)
        turn.finish(counter, save=save_counter, step=turn.target_step, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    worker.answer()
    worker.say(type="drop", ids=["a1"])
    worker.ask("a2", load="a1", weights="resident")  # no worker asks so; it shows that a1 has gone
    worker.answer()
    assert residents == [None, None]
    assert len(built) == 1
    worker.goodbye()


def test_an_exception_is_the_turns_failure_and_the_next_turn_works(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        if turn.id == "a1":
            list(zip(turn.steps(), range(2)))
            raise ValueError("the data are gone")
        count(turn)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    failure = worker.answer()
    assert (failure["type"], failure["id"], failure["step"]) == ("failure", "a1", 2)
    lines = failure["message"].splitlines()
    assert lines[0] == "ValueError: the data are gone"
    assert '    raise ValueError("the data are gone")' in lines
    worker.ask("a1b")
    assert worker.answer()["type"] == "result"
    worker.goodbye()


def test_after_a_failure_the_parent_is_not_resident(worker: Worker) -> None:
    residents: List[Any] = []

    def train(turn: pbt.Turn) -> None:
        residents.append(turn.resident)
        if turn.id == "a2":
            raise ValueError("no")
        count(turn)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    worker.answer()
    worker.ask("a2", load="a1", weights="resident")
    worker.answer()
    worker.ask("a2b", load="a1", weights="resident")
    assert worker.answer()["metrics"] == {"score": 6}
    assert residents == [None, [3], None]
    worker.goodbye()


@pytest.mark.parametrize(
    ("finish", "expected"),
    [
        (lambda turn: None, "the turn ended without turn.finish(...)"),
        (lambda turn: turn.finish([1], save=save_counter, step=2, score=1), "the turn reached step 2 of 3"),
        (lambda turn: turn.finish([1], save=save_counter, step=3, loss=1), "needs the objective's metric 'score'"),
        (lambda turn: turn.finish([1], step=3, score=1), "TypeError: cannot save a int"),
        (lambda turn: turn.finish(step=3, score=1), "nothing was saved"),
        (lambda turn: turn.finish([1], step=3, score="high"), "score is 'high': expected one number"),
        (lambda turn: turn.fail("no GPU"), "no GPU"),
    ],
)
def test_a_turn_that_cannot_be_reported_fails_and_says_why(worker: Worker, finish: Any, expected: str) -> None:
    worker.train(lambda: pbt.serve(finish))
    worker.ask("a1")
    answer = worker.answer()
    assert answer["type"] == "failure"
    assert expected in answer["message"].splitlines()[0]
    worker.goodbye()


def cancelled_in(worker: Worker, mode: str) -> Any:
    """A trainer that lets the worker cancel after its first step, and then waits until the cancel has arrived."""

    def train(turn: pbt.Turn) -> None:
        counter = [0]
        for step in turn.steps():
            counter[0] += 1
            if step == 0 and turn.id == "a1":
                worker.say(type="cancel", mode=mode)
                while not turn._session.cancelled(step, at_once=True):
                    pass
        turn.finish(counter, save=save_counter, score=counter[0])

    return train


def test_cancel_save_ends_the_steps_early_and_the_result_is_partial(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(cancelled_in(worker, "save")))
    worker.ask("a1", steps=1000)
    result = worker.answer()
    assert (result["type"], result["step"], result["partial"], result["metrics"]) == ("result", 1, True, {"score": 1})
    worker.ask("a2", steps=5)
    result = worker.answer()
    assert (result["step"], result["partial"]) == (5, False)
    worker.goodbye()


def test_abandon_is_answered_with_a_failure_and_the_next_turn_works(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(cancelled_in(worker, "abandon")))
    worker.ask("a1", steps=1000)
    assert worker.answer() == {"type": "failure", "id": "a1", "message": "abandoned", "step": 1}
    worker.ask("a2")
    assert worker.answer()["type"] == "result"
    worker.goodbye()


def test_numbers_that_are_not_finite_travel_as_strings(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        turn.log(1, loss=float("-inf"))
        turn.finish(
            [1], save=save_counter, step=3, score=float("nan"), metrics={"val/top-1": 0.5},
            samples=[1.5, float("inf")],
        )

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    result = worker.answer()
    assert result["metrics"] == {"score": "NaN", "val/top-1": 0.5}
    assert result["samples"] == [1.5, "Infinity"]
    assert worker.progress == [{"type": "progress", "id": "a1", "step": 1, "metrics": {"loss": "-Infinity"}}]
    worker.goodbye()


def test_progress_is_sent_a_few_times_a_second(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pbt._turn.monotonic", iter([0.0, 0.125, 0.25, 0.375, 0.5]).__next__)

    def train(turn: pbt.Turn) -> None:
        for step in turn.steps():
            turn.log(step, loss=step)
        turn.finish([1], save=save_counter, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", steps=5)
    worker.answer()
    assert [message["step"] for message in worker.progress] == [0, 2, 4]
    worker.goodbye()


def test_hyperparameters_never_looked_at_are_named(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        assert turn["rate"] == 0.5
        assert turn["decay"] == 0.125  # not tuned: the script's own
        count(turn)

    worker.train(lambda: pbt.serve(train, rate=0.1, decay=0.125))
    worker.ask("a1", hyperparameters={"rate": 0.5, "droput": 0.1})
    assert worker.answer()["unread"] == ["droput"]
    worker.goodbye()


def test_values_in_effect_given_by_the_script_are_reported(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        turn.finish([1], save=save_counter, step=3, score=0, hyperparameters={"dropout": 0.25})

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", hyperparameters={"dropout": 0.25})
    result = worker.answer()
    assert (result["hyperparameters"], result["unread"]) == ({"dropout": 0.25}, [])
    worker.goodbye()


def test_begin_and_finish_take_turns_one_by_one(worker: Worker) -> None:
    def trainer() -> None:
        turn = pbt.begin()
        while turn is not None:
            if turn.id == "a1":
                turn = turn.fail("not this one")
                continue
            while not turn.reached(turn.step + 2):
                pass
            turn = turn.finish([1], save=save_counter, score=0)

    worker.train(trainer)
    worker.ask("a1")
    assert worker.answer()["type"] == "failure"
    worker.ask("a2")
    assert worker.answer()["step"] == 4
    worker.goodbye()


def test_steps_may_come_several_at_a_time(worker: Worker) -> None:
    seen: List[int] = []

    def train(turn: pbt.Turn) -> None:
        seen.extend(turn.steps(stride=4))
        turn.finish([1], save=save_counter, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", from_step=8, steps=10)
    assert worker.answer()["step"] == 20
    assert seen == [8, 12, 16]
    worker.goodbye()


def test_a_script_may_save_by_itself(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        (turn.save / "mine").write_text("x" if turn.load is None else (turn.load / "mine").read_text() + "x")
        turn.finish(step=turn.target_step, score=0)

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1")
    worker.answer()
    save = worker.ask("a2", load="a1", weights="resident")
    assert worker.answer()["type"] == "result"
    assert (save / "mine").read_text() == "xx"
    worker.goodbye()


def test_another_protocol_is_refused_with_both_numbers(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(count), protocol=2)
    worker.join()
    assert isinstance(worker.error, pbt.ProtocolError)
    assert "the worker speaks protocol 2, this client 1" in str(worker.error)


def test_an_unknown_message_is_a_protocol_error(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(count))
    worker.say(type="sing")
    worker.join()
    assert isinstance(worker.error, pbt.ProtocolError)
    assert "unknown type 'sing'" in str(worker.error)


def test_a_turn_without_a_seed_is_a_protocol_error(worker: Worker) -> None:
    worker.train(lambda: pbt.serve(count))
    worker.say(type="turns", turns=[{"id": "a1", "member": 0, "index": 1}])
    worker.join()
    assert isinstance(worker.error, pbt.ProtocolError)
    assert "'seed'" in str(worker.error)


@pytest.mark.parametrize("polite", [True, False])
def test_goodbye_or_a_closed_socket_ends_the_process_with_status_0(worker: Worker, polite: bool) -> None:
    script = "import pbt\nfor turn in pbt.turns():\n    with turn:\n        (turn.save / 'x').touch()\n"
    script += "        list(turn.steps())\n        turn.finish(score=1)\n"
    process = worker.start([sys.executable, "-c", script])
    worker.ask("a1")
    assert worker.answer()["type"] == "result"
    if polite:
        worker.say(type="goodbye")
    else:
        worker.close()
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0


def test_a_worker_that_dies_ends_the_open_turn(worker: Worker) -> None:
    def train(turn: pbt.Turn) -> None:
        worker.say(type="goodbye")
        for _ in turn.steps():
            pass

    worker.train(lambda: pbt.serve(train))
    worker.ask("a1", steps=10**15)
    assert worker.answer()["message"] == "abandoned"
    worker.join()
    assert worker.error is None
