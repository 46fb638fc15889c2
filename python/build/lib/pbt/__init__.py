"""The Python client of pbt, Population Based Training: see docs/guides/python.md.

    for turn in pbt.turns(steps=1000, learning_rate=1e-3):
        with turn:
            model, optimizer = turn.restore(build)
            for step in turn.steps():
                ...
            turn.finish((model, optimizer), accuracy=evaluate(model))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._protocol import ProtocolError
from ._run import Experiment, RunFailed, run
from ._space import choice, integer, log, one_minus_log, uniform
from ._turn import Abandoned, InEffectError, Turn
from ._turns import begin, serve, turns

if TYPE_CHECKING:
    from . import torch as torch

__version__ = "0.1.0"
__all__ = [
    "Abandoned",
    "Experiment",
    "InEffectError",
    "ProtocolError",
    "RunFailed",
    "Turn",
    "begin",
    "choice",
    "integer",
    "log",
    "one_minus_log",
    "run",
    "serve",
    "turns",
    "uniform",
]


def __getattr__(name: str) -> Any:
    if name == "torch":  # pbt.torch imports PyTorch, so only when it is asked for
        return importlib.import_module(".torch", __name__)
    raise AttributeError(f"module 'pbt' has no attribute {name!r}")
