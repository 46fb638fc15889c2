"""What a hyperparameter may be, for pbt.run: each is what follows `-p name=` on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

Value = Union[int, float, str, bool]


@dataclass(frozen=True)
class Range:
    """A hyperparameter's range in the words of the command line, e.g. "0.0001..0.1:log"."""

    text: str


def _range(low: float, high: float, suffix: str) -> Range:
    if not low < high:
        raise ValueError(f"a range goes from its lower bound to its upper one: got {low!r} to {high!r}")
    return Range(f"{low!r}..{high!r}{suffix}")


def uniform(low: float, high: float) -> Range:
    """A real number, on a linear scale."""
    return _range(float(low), float(high), "")


def log(low: float, high: float) -> Range:
    """A positive real number, on a logarithmic scale: learning rates."""
    return _range(float(low), float(high), ":log")


def one_minus_log(low: float, high: float) -> Range:
    """A real number just below 1, logarithmic in 1 - x: discounts, momenta."""
    return _range(float(low), float(high), ":one_minus_log")


def integer(low: int, high: int, *, log: bool = False) -> Range:
    """A whole number; both bounds belong to it. `log`: on a logarithmic scale."""
    return _range(int(low), int(high), ":int:log" if log else ":int")


def choice(*values: Value, ordered: bool = False) -> Range:
    """One of these values. `ordered`: they are steps on a ladder, and explore moves to a neighbour."""
    if not values:
        raise ValueError("choice() needs at least one value")
    return Range(",".join(map(fixed_text, values)) + (":ordered" if ordered else ""))


def fixed_text(value: Value) -> str:
    """A single value as the command line reads it back, with its type."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no hyperparameter's value: expected a number, a string, True or False")
    if not value or value in ("true", "false") or value[0] in "0123456789.+-":
        raise ValueError(f"the string {value!r} would be read as another value; start it with a letter")
    return value.replace(",", ",,")
