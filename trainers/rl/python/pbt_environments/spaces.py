"""Gymnasium's spaces as leaves that are written and as parts that an action is built from."""

import dataclasses
from typing import Any, Callable

import numpy as np
from gymnasium import spaces

from pbt_environments.refusals import Refused
from pbt_environments.vector import Action, Leaf

MASK = "action_mask"
UNBOUNDED = 1e38  # some boxes say "unbounded" with the largest float32


@dataclasses.dataclass(frozen=True)
class Reading:
    """A leaf, where it stands in an observation, and how its value is written into an array."""

    leaf: Leaf
    path: tuple
    write: Callable[[Any, np.ndarray], None]


def bounds(box):
    low, high = float(np.min(box.low)), float(np.max(box.high))
    return (low if low > -UNBOUNDED else -np.inf), (high if high < UNBOUNDED else np.inf)


def channels_last(shape):
    """Of an image: the axis beside two equal ones holds the channels, else the shorter of the first and the last."""
    if shape[0] == shape[1] or shape[1] == shape[2]:
        return shape[0] == shape[1]
    return shape[2] <= shape[0]


def of_box(name, path, box):
    byte, shape = box.dtype == np.uint8, box.shape

    def as_it_is(value, row):
        row[...] = np.reshape(value, row.shape)

    write = as_it_is
    if len(shape) == 3 and channels_last(shape):

        def write(value, row):
            row[...] = np.asarray(value).transpose(2, 0, 1)

        shape = (shape[2], *shape[:2])
    elif len(shape) == 2 and byte:
        shape = (1, *shape)
    return Reading(Leaf(name, shape or (1,), byte, *bounds(box)), path, write)


def of_choices(name, path, counts, start):
    """Choices as ones among zeros, side by side."""
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]) - start

    def write(value, row):
        row.fill(0)
        row[np.ravel(value) + first] = 1

    return Reading(Leaf(name, (int(np.sum(counts)),), False, 0.0, 1.0), path, write)


def is_text(space):
    return isinstance(space, spaces.Text) or isinstance(space.sample(), str)


def readings(space, name="", path=()):
    """Of an observation space, one a leaf; refused where it does not come in arrays of one shape."""
    if isinstance(space, spaces.Box):
        return [of_box(name, path, space)]
    if isinstance(space, spaces.Discrete):
        return [of_choices(name, path, np.array([space.n]), space.start)]
    if isinstance(space, spaces.MultiDiscrete):
        return [of_choices(name, path, space.nvec.ravel(), space.start.ravel())]
    if isinstance(space, spaces.MultiBinary):
        return [of_box(name, path, spaces.Box(0, 1, space.shape, np.int8))]
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        items = space.items() if isinstance(space, spaces.Dict) else enumerate(space)
        items = [(key, inner) for key, inner in items if not is_text(inner) and (path or key != MASK)]
        return [reading for key, inner in items for reading in readings(inner, f"{name}.{key}" if name else str(key), (*path, key))]
    raise Refused(f"an observation{f' {name!r}' if name else ''} of {space} does not fit: expected Box, Discrete, MultiDiscrete, "
                  "MultiBinary, or a Dict or Tuple of these; wrap the environment, and register the wrapped one")


def write_observation(wanted, observation, into):
    for reading, row in zip(wanted, into):
        value = observation
        for key in reading.path:
            value = value[key]
        reading.write(value, row)


@dataclasses.dataclass
class Part:
    """How many choices and reals an action takes, and what it makes of them."""

    choices: list
    low: list
    high: list
    build: Callable[[np.ndarray, np.ndarray], Any]


def part_of_box(space):
    low, high = space.low.ravel(), space.high.ravel()
    if not (np.all(low > -UNBOUNDED) and np.all(high < UNBOUNDED)):
        raise Refused(f"an action of {space} has no finite bounds; bound it with gymnasium.wrappers.TransformAction, "
                      "and register the wrapped environment")
    whole = np.issubdtype(space.dtype, np.integer)

    def build(_, reals):
        values = (np.rint(reals) if whole else reals).astype(space.dtype).reshape(space.shape)
        return np.clip(values, space.low, space.high)  # as float32 a bound may lie outside

    return Part([], low.tolist(), high.tolist(), build)


def part_of_several(space):
    keys = list(space) if isinstance(space, spaces.Dict) else range(len(space))
    parts = {key: part(space[key]) for key in keys}

    def build(choices, reals):
        values, c, r = {}, 0, 0
        for key, inner in parts.items():
            values[key] = inner.build(choices[c:c + len(inner.choices)], reals[r:r + len(inner.low)])
            c, r = c + len(inner.choices), r + len(inner.low)
        return values if isinstance(space, spaces.Dict) else tuple(values.values())

    every = parts.values()
    return Part([n for one in every for n in one.choices], [x for one in every for x in one.low],
                [x for one in every for x in one.high], build)


def part(space):
    """Of an action space; refused where it has no finite number of choices and bounded reals."""
    if isinstance(space, spaces.Discrete):
        return Part([int(space.n)], [], [], lambda choices, _: int(space.start + choices[0]))
    if isinstance(space, spaces.MultiDiscrete):
        return Part(space.nvec.ravel().tolist(), [], [],
                    lambda choices, _: (space.start + choices.reshape(space.shape)).astype(space.dtype))
    if isinstance(space, spaces.MultiBinary):
        return Part([2] * int(np.prod(space.shape)), [], [], lambda choices, _: choices.reshape(space.shape).astype(space.dtype))
    if isinstance(space, spaces.Box):
        return part_of_box(space)
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        return part_of_several(space)
    raise Refused(f"an action of {space} does not fit: expected Discrete, MultiDiscrete, MultiBinary, Box, or a Dict or Tuple of these")


def action_of(one, masked):
    return Action(one.choices, one.low, one.high, masked)


def write_mask(mask, counts, allowed):
    """A part of which nothing is allowed, as may be after an end, is free."""
    flat = np.concatenate([np.ravel(piece) for piece in mask]) if isinstance(mask, (tuple, list)) else np.ravel(mask)
    if flat.shape != allowed.shape:
        raise Refused(f"an action mask has {flat.size} entries, and the action {allowed.size} choices")
    allowed[...] = flat != 0
    first = 0
    for count in counts:
        if not allowed[first:first + count].any():
            allowed[first:first + count] = 1
        first += count
