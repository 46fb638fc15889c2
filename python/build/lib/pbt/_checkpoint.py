"""PyTorch state in a folder: tensors, numbers and containers, never code.

state.json holds the structure, tensors.pt the tensors that it refers to by number. (PyTorch's own loader without code
execution, weights_only, does not read every number in every version.)
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Dict, List

import torch

from ._state import parts

# How far a scheduler is. Its settings (gamma, milestones, ...) stay as build made them: they may be hyperparameters.
PROGRESS = (
    "last_epoch", "_step_count", "_last_lr", "base_lrs", "best", "num_bad_epochs", "cooldown_counter", "T_cur", "T_i",
)


def save(state: Any, folder: Path) -> None:
    """Writes modules, optimisers and schedulers (one, or a tuple) into `folder`; None in a tuple is skipped."""
    tensors: List[torch.Tensor] = []
    structure = [_encode(_state_dict(part), tensors, f"state[{i}]") for i, part in enumerate(parts(state))]
    torch.save({str(i): tensor for i, tensor in enumerate(tensors)}, Path(folder) / "tensors.pt")
    (Path(folder) / "state.json").write_text(json.dumps(structure), encoding="utf-8")


def load(state: Any, folder: Path) -> None:
    """Loads what save() wrote into the live objects, in place. Runs no code from the files."""
    path = Path(folder) / "state.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: the checkpoint was not written by turn.finish(state)")
    structure = json.loads(path.read_text(encoding="utf-8"))
    objects = parts(state)
    if len(structure) != len(objects):
        raise ValueError(f"{path} holds {len(structure)} objects, but build returned {len(objects)}")
    tensors = torch.load(Path(folder) / "tensors.pt", map_location="cpu", weights_only=True)
    for part, values in zip(objects, structure):
        _load_state_dict(part, _decode(values, tensors))


def _is_torch_scheduler(part: Any) -> bool:
    return type(part).__module__ == "torch.optim.lr_scheduler"


def _state_dict(part: Any) -> Any:
    if part is None:
        return None
    if not _is_torch_scheduler(part):
        return part.state_dict()
    values = {name: vars(part)[name] for name in PROGRESS if name in vars(part)}
    return {**values, "schedulers": [_state_dict(inner) for inner in getattr(part, "_schedulers", [])]}


def _load_state_dict(part: Any, values: Any) -> None:
    if part is None:
        return
    if not _is_torch_scheduler(part):
        part.load_state_dict(values)
        return
    vars(part).update({name: value for name, value in values.items() if name in PROGRESS})
    for inner, inner_values in zip(getattr(part, "_schedulers", []), values["schedulers"]):
        _load_state_dict(inner, inner_values)


def _encode(value: Any, tensors: List[torch.Tensor], where: str) -> Any:
    """JSON for a value: lists as they are; tensors, tuples and dicts as an object with the one key that says so."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, torch.Tensor):
        tensors.append(value.detach())
        return {"tensor": len(tensors) - 1}
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        return _encode(value.item(), tensors, where)
    if isinstance(value, Mapping):
        items = [
            [_encode(key, tensors, where), _encode(item, tensors, f"{where}[{key!r}]")] for key, item in value.items()
        ]
        metadata = getattr(value, "_metadata", None)  # the versions of a module's state
        return {"dict": items} if metadata is None else {"dict": items, "metadata": _encode(metadata, tensors, where)}
    if isinstance(value, (list, tuple)):
        values = [_encode(item, tensors, f"{where}[{i}]") for i, item in enumerate(value)]
        return values if isinstance(value, list) else {"tuple": values}
    raise TypeError(
        f"{where} is a {type(value).__name__}: a checkpoint holds tensors, numbers, strings, lists, tuples and dicts, "
        "so that loading a neighbour's runs no code; convert it, or use turn.finish(state, save=...)"
    )


def _decode(value: Any, tensors: Dict[str, torch.Tensor]) -> Any:
    if isinstance(value, list):
        return [_decode(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        return tensors[str(value["tensor"])]
    if "tuple" in value:
        return tuple(_decode(item, tensors) for item in value["tuple"])
    decoded = OrderedDict((_decode(key, tensors), _decode(item, tensors)) for key, item in value["dict"])
    if "metadata" in value:
        setattr(decoded, "_metadata", _decode(value["metadata"], tensors))
    return decoded
