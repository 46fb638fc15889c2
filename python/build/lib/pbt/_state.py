"""The live objects that train: built once, loaded into, and kept between turns under the turn's id."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Mapping, Optional, Set, Tuple, Union

from ._seed import seed_everything, training_seed

if TYPE_CHECKING:
    from ._turn import Turn
    from .torch import Binding

_KINDS = inspect.Parameter
POSITIONAL = (_KINDS.POSITIONAL_ONLY, _KINDS.POSITIONAL_OR_KEYWORD, _KINDS.VAR_POSITIONAL)

Apply = Union[bool, Mapping[str, str]]
Load = Callable[[Any, Path], Any]


@dataclass
class Live:
    """One set of objects that hold a member's weights."""

    state: Any
    # What build read of the turn and nothing applies later (a layer's width, a dropout rate): other values need another
    # build.
    built_with: Dict[str, Any] = field(default_factory=dict)
    names: Set[str] = field(default_factory=set)  # of the hyperparameters that there were; conditional ones come and go
    bindings: List["Binding"] = field(default_factory=list)
    modes: List[Tuple[Any, bool]] = field(default_factory=list)  # modules, and whether build left them in training mode

    def fits(self, turn: "Turn") -> bool:
        same_names = not self.bindings or self.names == set(turn.names())
        return same_names and all(name in turn and turn.value(name) == value for name, value in self.built_with.items())


class Kept:
    """What stays in memory between turns: weights by turn id, and one dropped set to load into."""

    def __init__(self, resident_max: int) -> None:
        self.resident_max = resident_max
        self._held: Dict[str, Live] = {}
        self._spare: Optional[Live] = None

    def take(self, turn_id: Optional[str]) -> Optional[Live]:
        return self._held.pop(turn_id, None) if turn_id is not None else None

    def take_spare(self) -> Optional[Live]:
        spare, self._spare = self._spare, None
        return spare

    def keep(self, turn_id: str, live: Live) -> None:
        if self.resident_max == 0:
            return
        while len(self._held) >= self.resident_max:  # bounds the memory even where the worker did not drop
            del self._held[next(iter(self._held))]
        self._held[turn_id] = live

    def drop(self, turn_ids: Iterable[str]) -> None:
        for turn_id in turn_ids:
            self._spare = self._held.pop(turn_id, None) or self._spare

    def forget(self, turn_id: Optional[str]) -> None:
        if turn_id is not None:
            self._held.pop(turn_id, None)


def parts(state: Any) -> List[Any]:
    """The objects of a state: it is one object, or a tuple or list of them."""
    return list(state) if isinstance(state, (tuple, list)) else [state]


def is_torch_like(part: Any) -> bool:
    return callable(getattr(part, "state_dict", None)) and callable(getattr(part, "load_state_dict", None))


def restore(
    turn: "Turn", kept: Kept, resident: Optional[Live], build: Callable[..., Any], load: Optional[Load], apply: Apply
) -> Live:
    """Load, then apply: see Turn.restore. `resident` are the weights in memory, if they are the turn's parent's."""
    live = resident if resident is not None and resident.fits(turn) else None
    if live is not None:
        _reset(live)
    else:
        resident = None  # frees the memory before the next objects are built
        spare = kept.take_spare()
        if turn.load is not None and spare is not None and spare.fits(turn):
            live = spare
            _reset(live)
        spare = None
        if live is None:
            live = _build(turn, build, apply)
        if turn.load is not None:
            _load(live, turn.load, load)
    turn.note_read(live.built_with)
    if live.bindings:
        from .torch import put

        turn.note_read(binding.name for binding in live.bindings)
        put(live.bindings, live.state, turn.value)
    seed_everything(training_seed(turn.seed, turn.rank))
    return live


def _build(turn: "Turn", build: Callable[..., Any], apply: Apply) -> Live:
    seed_everything(turn.seed)
    try:
        takes_turn = any(parameter.kind in POSITIONAL for parameter in inspect.signature(build).parameters.values())
    except ValueError:  # some callables written in C do not say
        takes_turn = False
    live = Live(build(turn) if takes_turn else build(), names=set(turn.names()))
    live.modes = [(module, module.training) for part in parts(live.state) for module in _modules(part)]
    if apply is not False and any(hasattr(part, "param_groups") for part in parts(live.state)):
        from .torch import bind

        live.bindings = bind(turn, live.state, {} if apply is True else apply)
    elif isinstance(apply, Mapping):
        raise TypeError("turn.restore(apply=...) names optimiser settings, but build returned no optimiser")
    bound = {binding.name for binding in live.bindings if binding.predicts_build}
    live.built_with = {name: turn.value(name) for name in turn.names_read - bound}
    return live


def _modules(part: Any) -> List[Any]:
    return list(part.modules()) if is_torch_like(part) and callable(getattr(part, "modules", None)) else []


def _reset(live: Live) -> None:
    """Takes back what the last turn left in the objects and a checkpoint does not hold: eval() and gradients."""
    for module, training in live.modes:
        module.training = training
    for part in parts(live.state):
        if is_torch_like(part) and callable(getattr(part, "zero_grad", None)):
            part.zero_grad(set_to_none=True)


def _load(live: Live, folder: Path, load: Optional[Load]) -> None:
    if load is not None:
        loaded = load(live.state, folder)
        live.state = live.state if loaded is None else loaded
        return
    _require_torch_like(live.state, "load", "turn.restore(build, load=...)")
    from .torch import load as load_state

    load_state(live.state, folder)


def save(state: Any, folder: Path) -> None:
    _require_torch_like(state, "save", "turn.finish(state, save=...)")
    from .torch import save as save_state

    save_state(state, folder)


def _require_torch_like(state: Any, verb: str, remedy: str) -> None:
    for part in parts(state):
        if part is not None and not is_torch_like(part):
            kind = type(part).__name__
            raise TypeError(f"cannot {verb} a {kind}: it has no state_dict and load_state_dict; use {remedy}")
