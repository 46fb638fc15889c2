"""Hyperparameters that take effect in PyTorch optimisers and schedulers, also after a load.

A checkpoint may come from another member and restores *its* learning rate; so after loading, the turn's values are put
into the optimiser's parameter groups and into what schedulers start from, and read back from there at the turn's end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

import torch

from ._checkpoint import load as load
from ._checkpoint import save as save
from ._protocol import is_real
from ._state import is_torch_like, parts

if TYPE_CHECKING:
    from ._turn import Turn

ALIASES = {"learning_rate": "lr", "beta1": "betas.0", "beta2": "betas.1"}
# A group's learning rate in the forms that schedulers keep of it; the first that is there is the base value.
RATES = ("max_lr", "initial_lr", "lr", "min_lr")


@dataclass
class Binding:
    """A hyperparameter and where it acts: in the parameter groups of one optimiser of the state."""

    name: str
    part: int  # the optimiser's place in the state
    key: str  # of its parameter groups
    element: Optional[int]  # of a tuple such as betas
    scales: List[float]  # what each group holds, relative to the hyperparameter: a backbone at a tenth of the rate
    predicts_build: bool = True  # false where the ratio cannot be known, so that another value needs another build


def apply(turn: "Turn", state: Any, where: Optional[Mapping[str, str]] = None) -> None:
    """For scripts that load by themselves, after the load: puts the turn's hyperparameters into the optimisers and
    schedulers of `state`, and has turn.finish() check them. turn.restore() does this by itself. `where`: see there."""
    bindings = bind(turn, state, where or {}, built=False)
    turn.note_read(binding.name for binding in bindings)
    put(bindings, state, turn.value)
    turn.note_bindings(state, bindings)


def bind(turn: "Turn", state: Any, where: Mapping[str, str], built: bool = True) -> List[Binding]:
    """Finds where the turn's hyperparameters act. `built`: the state comes fresh from build(turn), which may have used
    the names that were read so far."""
    objects = parts(state)
    optimizers = [i for i, part in enumerate(objects) if hasattr(part, "param_groups")]
    for i in optimizers:
        for scheduler in _schedulers(objects, objects[i]):
            if not hasattr(scheduler, "base_lrs"):  # ReduceLROnPlateau keeps no base value; as the others do:
                for group in objects[i].param_groups:
                    group.setdefault("initial_lr", group["lr"])
    bindings = []
    for name in turn.names():
        part, key, element = _parse(where[name] if name in where else ALIASES.get(name, name))
        found = [i for i in optimizers if part in (None, i) and key != "params" and key in objects[i].param_groups[0]]
        if name in where and not found:
            raise KeyError(f"apply={{{name!r}: {where[name]!r}}}: no optimiser of the state has {key!r} there")
        for i in found:
            binding = Binding(name, i, key, element, [1.0] * len(objects[i].param_groups))
            _measure(binding, objects[i], turn.value(name), used_by_build=built and name in turn.names_read)
            bindings.append(binding)
    unknown = set(where) - set(turn.names())
    if unknown:
        raise KeyError(f"apply names {sorted(unknown)}: this turn's hyperparameters are {sorted(turn.names())}")
    _refuse_conflicts(bindings)
    return bindings


def put(bindings: List[Binding], state: Any, value_of: Callable[[str], Any]) -> None:
    """Puts values into parameter groups, and into what schedulers start from."""
    objects = parts(state)
    for binding in bindings:
        optimizer = objects[binding.part]
        value = value_of(binding.name)
        for group, scale in zip(optimizer.param_groups, binding.scales):
            _set(group, binding, value if scale == 1.0 else value * scale)
        if binding.key == "lr":
            for scheduler in _schedulers(objects, optimizer):
                if hasattr(scheduler, "base_lrs"):
                    scheduler.base_lrs = [g.get("initial_lr", g["lr"]) for g in optimizer.param_groups]
                scheduler._last_lr = [g["lr"] for g in optimizer.param_groups]


def in_effect(bindings: List[Binding], state: Any) -> Iterator[Tuple[str, Any]]:
    """The values as the optimisers hold them: one pair for each parameter group that a hyperparameter acts on."""
    objects = parts(state)
    for binding in bindings:
        for group, scale in zip(objects[binding.part].param_groups, binding.scales):
            if scale != 0.0:
                value = _base(group, binding)
                yield binding.name, value if scale == 1.0 else value / scale


def _parse(where: str) -> Tuple[Optional[int], str, Optional[int]]:
    """"lr" (of every optimiser), "2.lr" (of state[2]), "betas.0", "2.betas.0"."""
    words = where.split(".")
    part = int(words.pop(0)) if len(words) > 1 and words[0].isdigit() else None
    element = int(words.pop()) if len(words) > 1 and words[-1].isdigit() else None
    return part, ".".join(words), element


def _measure(binding: Binding, optimizer: Any, value: Any, used_by_build: bool) -> None:
    """Learns what each group holds relative to the value, where build used it; else every group gets the value."""
    held = [_base(group, binding) for group in optimizer.param_groups]
    same = [held_value == held[0] for held_value in held]
    if not used_by_build:
        if not all(same):
            raise ValueError(_differ(binding, held, f"and build did not use turn[{binding.name!r}]"))
        return
    if value != 0 and all(is_real(number) for number in [value, *held]):
        binding.scales = [1.0 if math.isclose(h, value, rel_tol=1e-6) else h / value for h in held]
        if 1.0 not in binding.scales:
            raise ValueError(_differ(binding, held, f"none the value itself, {value!r}"))
        return
    binding.predicts_build = False
    if not all(same) or held[0] != value:
        raise ValueError(_differ(binding, held, f"not the value, {value!r}"))


def _differ(binding: Binding, held: List[Any], why: str) -> str:
    return (
        f"cannot tell how {binding.name} acts: after build the parameter groups of state[{binding.part}] hold "
        f"{binding.key} = {held}, {why}. Let build give it to at least one group, or say turn.restore(build, "
        "apply=False) and set it yourself"
    )


def _base(group: Dict[str, Any], binding: Binding) -> Any:
    key = binding.key
    if key == "lr":
        key = next(rate for rate in RATES if rate in group)
    value = group[key] if binding.element is None else group[key][binding.element]
    return value.item() if isinstance(value, torch.Tensor) else value


def _set(group: Dict[str, Any], binding: Binding, value: Any) -> None:
    if binding.element is not None:
        values = list(group[binding.key])
        values[binding.element] = value
        group[binding.key] = tuple(values)
        return
    if binding.key != "lr":
        group[binding.key] = value
        return
    old = _base(group, binding)
    if old == value:
        return
    base = next(rate for rate in RATES if rate in group)
    for rate in RATES:
        if rate in group:  # the current rate keeps its place on the schedule
            new = value if rate == base or old == 0 else float(group[rate]) * (value / old)
            if isinstance(group[rate], torch.Tensor):
                group[rate].fill_(new)
            else:
                group[rate] = new


def _schedulers(objects: List[Any], optimizer: Any) -> Iterator[Any]:
    """Those of the state that drive this optimiser, and those inside of them (SequentialLR, ChainedScheduler)."""
    for part in objects:
        if not hasattr(part, "param_groups") and is_torch_like(part) and getattr(part, "optimizer", None) is optimizer:
            yield part
            yield from _schedulers(list(getattr(part, "_schedulers", [])), optimizer)


def _refuse_conflicts(bindings: List[Binding]) -> None:
    seen: Dict[Tuple[int, str, Optional[int]], str] = {}
    for binding in bindings:
        place = (binding.part, binding.key, binding.element)
        other = seen.setdefault(place, binding.name)
        if other != binding.name:
            raise ValueError(
                f"{other} and {binding.name} would both act on {binding.key} of state[{binding.part}]: "
                f"say which, e.g. turn.restore(build, apply={{{binding.name!r}: '2.{binding.key}'}})"
            )
