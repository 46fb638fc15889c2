"""Several environments stepped on one thread, in arrays whose place in memory never changes.

One environment is anything with

    leaves, action                      what it sees (a list of Leaf) and does (an Action)
    reset(into, allowed)                starts an episode and writes its first sight; the first reset is the seeded one
    step(choices, reals, into, allowed) -> reward, terminated, truncated; never both of the last two
    close()

`into` holds an array of each leaf, to be written; `allowed` an array of a 1 or 0 for each choice, where the action is masked.
"""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Leaf:
    name: str
    shape: tuple  # at least one axis
    byte: bool  # uint8 elements, else float32
    low: float
    high: float

    @property
    def dtype(self):
        return np.uint8 if self.byte else np.float32


@dataclasses.dataclass(frozen=True)
class Action:
    choices: list  # how many choices each discrete part has
    low: list  # of each continuous part
    high: list
    masked: bool = False


class Vector:
    """An episode that is over is followed by a new one at once; `step` returns the returns of those that ended."""

    def __init__(self, environments):
        first = environments[0]
        self.leaves, self.action, self._environments = first.leaves, first.action, environments
        count, masks = len(environments), sum(self.action.choices) if self.action.masked else 0
        self.observations = [np.zeros((count, *leaf.shape), leaf.dtype) for leaf in self.leaves]
        self.reached = [np.zeros_like(array) for array in self.observations]
        self.allowed, self.reached_allowed = np.ones((count, masks), np.uint8), np.ones((count, masks), np.uint8)
        self.rewards = np.zeros(count, np.float64)
        self.terminated, self.truncated = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self.choices = np.zeros((count, len(self.action.choices)), np.int64)
        self.reals = np.zeros((count, len(self.action.low)), np.float32)
        self._returns = [0.0] * count
        self._rows = [[array[i] for array in self.observations] for i in range(count)]
        self._reached_rows = [[array[i] for array in self.reached] for i in range(count)]
        for environment, into, allowed in zip(environments, self._rows, self.allowed):
            environment.reset(into, allowed)

    def step(self):
        for i, environment in enumerate(self._environments):
            reward, self.terminated[i], self.truncated[i] = environment.step(
                self.choices[i], self.reals[i], self._reached_rows[i], self.reached_allowed[i])
            self.rewards[i] = reward
            self._returns[i] += reward
        for now, reached in zip(self.observations, self.reached):
            now[...] = reached
        self.allowed[...] = self.reached_allowed
        finished = []
        for i in np.flatnonzero(self.terminated | self.truncated):
            finished.append(self._returns[i])
            self._returns[i] = 0.0
            self._environments[i].reset(self._rows[i], self.allowed[i])
        return finished

    def close(self):
        for environment in self._environments:
            environment.close()


def vector_of(make_one, seeds):
    """A Vector of `make_one(seed)` for each seed."""
    environments = []
    try:
        for seed in seeds:
            environments.append(make_one(seed))
        return Vector(environments)
    except BaseException:
        for environment in environments:
            environment.close()
        raise
