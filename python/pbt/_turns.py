"""Where turns come from: a worker, or, when the script runs alone, one long turn."""

from __future__ import annotations

import os
from time import monotonic
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Union

from ._protocol import Connection, Message, ProtocolError
from ._ranks import Ranks, find_ranks
from ._seed import seed_everything
from ._signals import outlive_terminate
from ._state import Kept
from ._turn import Turn

CANCEL_CHECK_SECONDS = 0.25  # how often several ranks agree on whether to stop


class Session:
    """The turns of one script, in order. On every rank; rank 0 holds the connection."""

    def __init__(self, defaults: Mapping[str, Any], resident_max: int, follows: bool) -> None:
        self.alone = "PBT_SOCKET" not in os.environ
        self.ranks: Ranks = find_ranks()
        self.kept = Kept(resident_max)
        self.metric: Optional[str] = None
        self.log_seconds = 1.0 if self.alone else 0.2
        self._defaults = defaults
        self._follows = follows
        self._pending: List[Message] = []
        self._connection: Optional[Connection] = None
        if not self.alone:
            outlive_terminate()
        if not self.alone and self.ranks.rank == 0:
            self._connection = Connection(os.environ["PBT_SOCKET"], resident_max)
            self.metric = self._connection.hello.get("metric")
        self.metric = self.ranks.share(self.metric)
        self._agreed = ""
        self._checked_step = self._check_step = 0
        self._checked_at = 0.0

    def next(self) -> Optional[Turn]:
        """Waits for the next turn; None when there are no more, as alone after the first."""
        while not self._pending:
            message = self._connection.receive() if self._connection is not None else None
            message = self.ranks.share(message)
            if message is None:
                self.close()
                return None
            try:
                if message["type"] == "drop":
                    self.kept.drop(message["ids"])
                else:
                    self._pending = list(message["turns"])
            except KeyError as missing:
                raise ProtocolError(f"the worker sent a {message['type']} message without {missing}") from None
        return self.start(self._pending.pop(0))

    def start(self, message: Message) -> Turn:
        turn = Turn(self, message, self._defaults)
        self._agreed = ""
        self._check_step = self._checked_step = turn.from_step
        self._checked_at = monotonic()
        seed_everything(turn.seed)
        return turn

    def follow(self) -> Optional[Turn]:
        """The turn after one that ended, for scripts that take them one by one."""
        return self.next() if self._follows else None

    def send(self, message: Message) -> None:
        if self._connection is not None:
            self._connection.send(message)
        elif self.alone and self.ranks.rank == 0:
            told = [f"{name} {value}" for name, value in message.get("metrics", {}).items()]
            told = told or [message.get("message", "")]
            print(f"step {message['step']}: " + ", ".join(told), flush=True)

    def cancelled(self, step: int, at_once: bool) -> str:
        """Whether to go on: "", "save" or "abandon". Several ranks hear the same answer at the same step: they agree
        every so many steps, as many as rank 0 makes in CANCEL_CHECK_SECONDS."""
        cancel = self._connection.cancel if self._connection is not None else ""
        if self.ranks.size == 1:
            return cancel
        if at_once or step >= self._check_step:
            pace = (step - self._checked_step) / max(monotonic() - self._checked_at, 1e-6)
            next_step = step + max(1, int(pace * CANCEL_CHECK_SECONDS))
            self._agreed, self._check_step = self.ranks.share([cancel, next_step])
            self._checked_step, self._checked_at = step, monotonic()
        return self._agreed

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self.ranks.close()


def begin(
    *,
    steps: int = 1000,
    resident_max: int = 1,
    seed: int = 0,
    save_to: Union[str, "os.PathLike[str]", None] = None,
    **defaults: Any,
) -> Optional[Turn]:
    """The first turn, or None when the worker has none. turn.finish(...) and turn.fail(...) return the next one.

    The arguments are those of turns().
    """
    session = Session(defaults, resident_max, follows=True)
    return session.start(_alone(steps, seed, save_to, defaults)) if session.alone else session.next()


def turns(
    *,
    steps: int = 1000,
    resident_max: int = 1,
    seed: int = 0,
    save_to: Union[str, "os.PathLike[str]", None] = None,
    **defaults: Any,
) -> Iterator[Turn]:
    """The turns that the worker asks for, until it says goodbye; alone, one turn of `steps` steps.

    `defaults` are the hyperparameters when the script runs alone, and those that an experiment does not tune. `steps`,
    `seed` and `save_to` (a folder for the final checkpoint) serve alone only. `resident_max`: how many members' weights
    may stay in memory between turns.
    """
    session = Session(defaults, resident_max, follows=False)
    try:
        if session.alone:
            yield session.start(_alone(steps, seed, save_to, defaults))
            return
        turn = session.next()
        while turn is not None:
            yield turn
            if not turn.ended:
                raise RuntimeError("the loop went on before turn.finish(...); put its body under `with turn:`")
            turn = session.next()
    finally:
        session.close()


def serve(train: Callable[[Turn], object], **options: Any) -> None:
    """Calls train(turn) for each turn; it ends with turn.finish(...). The options are those of turns()."""
    for turn in turns(**options):
        with turn:
            train(turn)


def _alone(steps: int, seed: int, save_to: Union[str, "os.PathLike[str]", None], values: Dict[str, Any]) -> Message:
    if save_to is not None:
        os.makedirs(save_to, exist_ok=True)
    return {
        "id": "alone", "member": 0, "index": 1, "seed": seed, "hyperparameters": values, "from_step": 0, "steps": steps,
        "weights": "none", "parent": None, "load": None, "save": None if save_to is None else os.fspath(save_to),
    }
