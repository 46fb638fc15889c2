"""One turn: what the worker asks for, and the script's answer."""

from __future__ import annotations

import difflib
import math
import os
import sys
import tempfile
import traceback
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Set,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from . import _state
from ._protocol import Message, ProtocolError, is_real, number

if TYPE_CHECKING:
    from ._turns import Session
    from .torch import Binding

State = TypeVar("State")
FAILURE_LINES = 12  # of the traceback, in a failure's message


class Abandoned(Exception):
    """The worker gave this turn up; nothing of it is wanted."""


class InEffectError(RuntimeError):
    """The optimiser holds another value than the turn asked for."""


class Turn:
    """A member trains from `from_step` to `target_step` with these hyperparameters, then saves and reports.

    As a context manager it makes an exception in its block this turn's failure, and the process lives on.
    """

    def __init__(self, session: "Session", message: Message, defaults: Mapping[str, Any]) -> None:
        try:
            self.id: str = message["id"]
            self.member: int = message["member"]
            self.index: int = message["index"]
            self.seed: int = message["seed"]
            self.from_step: int = message["from_step"]
            self.target_step: int = self.from_step + message["steps"]
            self.weights: str = message["weights"]  # "none", "folder" or "resident"
            self._parent: Optional[str] = message["parent"]
            load: Optional[str] = message["load"]
            save: Optional[str] = message["save"]
            self._values: Dict[str, Any] = message["hyperparameters"]
        except KeyError as missing:
            raise ProtocolError(f"the worker sent a turn without {missing}: {sorted(message)}") from None
        self.load = None if load is None else Path(load)  # the folder of the checkpoint to start from
        self.step = self.from_step  # reached so far
        self.names_read: Set[str] = set()  # hyperparameters looked at
        self._save = None if save is None else Path(save)
        self._scratch: Optional[tempfile.TemporaryDirectory[str]] = None
        self._session = session
        self._defaults = defaults
        self._resident = session.kept.take(self._parent) if self.weights == "resident" else None
        self._live: Optional[_state.Live] = None
        self._bound: List[Tuple[Any, List["Binding"]]] = []
        self._cancelled = False
        self._logged_at = -math.inf
        self.ended = False

    # ---- what is asked ----

    @property
    def parent(self) -> Optional[str]:
        """The turn whose checkpoint it starts from, "m3.t7.f7": another member's after a copy; None: none."""
        return self._parent

    @property
    def run_id(self) -> Optional[str]:
        """Names the member's run among all, the same for all its turns; None when the script runs alone."""
        record = os.environ.get("PBT_RECORD")
        return f"{record}-member-{self.member}" if record else None

    def __getitem__(self, name: str) -> Any:
        """A hyperparameter; of one that the experiment does not tune, the value given to pbt.turns()."""
        value = self.value(name)
        self.names_read.add(name)
        return value

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else default

    def __contains__(self, name: object) -> bool:
        return name in self._values or name in self._defaults

    @property
    def hyperparameters(self) -> Dict[str, Any]:
        """All of them; counts as having read each."""
        return {name: self[name] for name in self.names()}

    @property
    def save(self) -> Path:
        """The folder for the checkpoint; empty at first. Alone and without save_to it is a temporary one."""
        if self._save is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="pbt-")
            self._save = Path(self._scratch.name)
        return self._save

    @property
    def resident(self) -> Any:
        """The state that the parent turn was finished with, where it is still in memory; else None."""
        return None if self._resident is None else self._resident.state

    @property
    def rank(self) -> int:
        """This process among those that train the member together; 0 is the one that speaks and saves."""
        return self._session.ranks.rank

    # ---- training ----

    def restore(
        self,
        build: Callable[..., State],
        *,
        load: Optional[Callable[[State, Path], Any]] = None,
        apply: _state.Apply = True,
    ) -> State:
        """The state to train: initialised, loaded, or still in memory, with the turn's hyperparameters applied.

        `build` takes the turn, or nothing, and returns fresh objects: one, or a tuple. They are reused, with the
        checkpoint loaded into them, as long as the hyperparameters that build read stay the same.
        `load(state, folder)` replaces the loading of PyTorch states; it may return a new state.
        `apply`: where hyperparameters act beyond those named as a parameter group's key (or learning_rate, beta1,
        beta2): {"g_lr": "1.lr"} is the rate of state[1], "betas.0" the first of the betas; False applies none.
        """
        self._require_open()
        if self._live is not None:
            raise RuntimeError("turn.restore() was called twice; put everything that trains into one tuple")
        resident, self._resident = self._resident, None
        self._live = _state.restore(self, self._session.kept, resident, build, load, apply)
        state: State = self._live.state
        return state

    def steps(self, stride: int = 1) -> Iterator[int]:
        """Counts from_step, from_step + stride, ... up to the target; ends early when the worker asks to save, and
        raises Abandoned when it gives the turn up. `stride`: the steps that one pass of the loop makes."""
        step = self.from_step
        while not self.reached(step):
            yield step
            step += stride

    def reached(self, step: int) -> bool:
        """Notes the step reached; True when it is time to evaluate and finish. For loops that others own."""
        self.step = step
        self._look_for_cancel(at_once=False)
        return self._cancelled or step >= self.target_step

    def log(self, step: int, **metrics: Any) -> None:
        """Progress to show live. Call it as often as you like: a few a second are sent."""
        now = monotonic()
        if now - self._logged_at < self._session.log_seconds:
            return
        self._logged_at = now
        values = {name: number(value, name) for name, value in metrics.items()}
        self._session.send({"type": "progress", "id": self.id, "step": int(step), "metrics": values})

    # ---- the answer ----

    def finish(
        self,
        state: Any = None,
        *,
        samples: Optional[Iterable[Any]] = None,
        step: Optional[int] = None,
        save: Union[Callable[[Any, Path], Any], bool] = True,
        hyperparameters: Optional[Mapping[str, Any]] = None,
        metrics: Optional[Mapping[str, Any]] = None,
        **named_metrics: Any,
    ) -> Optional["Turn"]:
        """Saves `state` into turn.save and reports the metrics. Returns the next turn when the script began with
        pbt.begin(), else None.

        `save(state, folder)` replaces the saving of PyTorch states; False: the script has written turn.save itself.
        `samples`: what the score was made of, e.g. the last returns. `step`: the step reached, when it was not counted
        by steps() or reached(). `hyperparameters`: further values as they are in effect. `metrics`: those whose names
        are not Python's.
        """
        self._require_open()
        self._look_for_cancel(at_once=True)
        self.step = self.step if step is None else int(step)
        partial = self.step < self.target_step
        if partial and not self._cancelled:
            reached = f"the turn reached step {self.step} of {self.target_step}"
            raise RuntimeError(f"{reached}: use turn.steps(), or turn.finish(step=...)")
        scores = {name: number(value, name) for name, value in {**(metrics or {}), **named_metrics}.items()}
        wanted = self._session.metric
        if wanted is not None and wanted not in scores:
            raise RuntimeError(f"turn.finish() needs the objective's metric {wanted!r}; it was given {sorted(scores)}")
        message: Message = {"type": "result", "id": self.id, "step": self.step, "metrics": scores, "partial": partial}
        if samples is not None:
            message["samples"] = [number(value, "a sample") for value in samples]
        message["hyperparameters"] = {**self._check_in_effect(state), **(hyperparameters or {})}
        message["unread"] = sorted(set(self._values) - self.names_read - set(message["hyperparameters"]))
        self._write(state, save)
        self._session.ranks.barrier()
        self._session.send(message)
        self.ended = True
        self._keep(state)
        return self._session.follow()

    def fail(self, message: str) -> Optional["Turn"]:
        """This turn failed. Returns the next one, as finish() does."""
        self._require_open()
        self._end_failed(message)
        return self._session.follow()

    def __enter__(self) -> "Turn":
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> bool:
        if error is None:
            if not self.ended:
                if self._session.alone:
                    raise RuntimeError("the turn ended without turn.finish(...)")
                self._end_failed("the turn ended without turn.finish(...)")
            return False
        if self.ended or self._session.alone or not isinstance(error, Exception):
            return False
        if isinstance(error, Abandoned):
            self._end_failed("abandoned")
            return True
        traceback.print_exception(kind, error, trace)
        self._end_failed(_describe(error))
        sys.stderr.flush()
        # The other ranks may be waiting for this one within an all-reduce: the launcher has to end them all.
        return self._session.ranks.size == 1

    # ---- for the client's other modules ----

    def value(self, name: str) -> Any:
        """A hyperparameter's value, without counting as read."""
        if name in self._values:
            return self._values[name]
        if name in self._defaults:
            return self._defaults[name]
        known = sorted({*self._values, *self._defaults})
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {known}"
        raise KeyError(f"no hyperparameter {name!r}: {hint}")

    def names(self) -> Iterable[str]:
        """Of all hyperparameters: those that the experiment tunes, and those given to pbt.turns()."""
        return {**self._defaults, **self._values}.keys()

    def note_read(self, names: Iterable[str]) -> None:
        self.names_read.update(names)

    def note_bindings(self, state: Any, bindings: List["Binding"]) -> None:
        self._bound.append((state, bindings))

    def _require_open(self) -> None:
        if self.ended:
            raise RuntimeError(f"turn {self.id} has ended already")

    def _look_for_cancel(self, at_once: bool) -> None:
        cancel = self._session.cancelled(self.step, at_once)
        if cancel == "abandon":
            raise Abandoned(f"turn {self.id} was abandoned at step {self.step}")
        self._cancelled = self._cancelled or cancel == "save"

    def _check_in_effect(self, state: Any) -> Dict[str, Any]:
        """Reads the hyperparameters back from where they act; raises where they are not the turn's."""
        bound = list(self._bound)
        if self._live is not None and self._live.bindings:
            given, restored = (len(_state.parts(each)) for each in (state, self._live.state))
            if state is not None and given != restored:
                raise RuntimeError(
                    f"turn.finish() was given {given} of the {restored} objects that turn.restore() gave: pass them all"
                )
            bound.append((self._live.state if state is None else state, self._live.bindings))
        effective: Dict[str, Any] = {}
        for holder, bindings in bound:
            from .torch import in_effect

            for name, value in in_effect(bindings, holder):
                wanted = self.value(name)
                close = is_real(value) and is_real(wanted) and math.isclose(value, wanted, rel_tol=1e-6)
                if not close and value != wanted:
                    raise InEffectError(
                        f"{name} is {value!r} in the optimiser at the end of the turn; the turn asked for {wanted!r}. "
                        "Something set it meanwhile: let a scheduler in the state do that, or keep the value that your "
                        "own schedule starts from in each group's 'initial_lr'"
                    )
                effective[name] = value
        return {name: value for name, value in effective.items() if name in self._values}

    def _write(self, state: Any, save: Union[Callable[[Any, Path], Any], bool]) -> None:
        if self._session.alone and self._save is None:
            return  # nobody asked for a checkpoint
        if self.rank == 0 and save is not False and (state is not None or callable(save)):
            save(state, self.save) if callable(save) else _state.save(state, self.save)
        if self.rank == 0 and not any(self.save.iterdir()):
            raise RuntimeError("nothing was saved: give turn.finish(state), or write into turn.save before it")

    def _keep(self, state: Any) -> None:
        live, self._live, self._resident = self._live, None, None
        if self._scratch is not None:
            self._scratch.cleanup()
        if state is not None and not self._session.alone:
            live = live or _state.Live(state)
            live.state = state
            self._session.kept.keep(self.id, live)

    def _end_failed(self, message: str) -> None:
        self.ended = True
        self._live = self._resident = None
        self._session.kept.forget(self._parent)
        self._session.send({"type": "failure", "id": self.id, "message": message, "step": self.step})


def _describe(error: BaseException) -> str:
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip().splitlines()
    summary = "".join(traceback.format_exception_only(type(error), error)).strip()
    return summary[:2000] + "\n" + "\n".join(lines[-FAILURE_LINES:])[-6000:]
