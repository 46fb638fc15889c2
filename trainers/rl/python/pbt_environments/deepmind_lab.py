"""Levels of DeepMind Lab (Beattie et al., 2016), by its own Python module (docs/users/python_api.md of google-deepmind/lab)."""

import random

import deepmind_lab
import numpy as np

from pbt_environments.pixels import SIZE
from pbt_environments.refusals import Refused
from pbt_environments.vector import Action, Leaf, vector_of

FRAMES_PER_ACTION = 4
SCREEN = "RGB_INTERLEAVED"  # [height, width, colours]
TURNS = (-60, -20, 0, 20, 60)  # pixels a frame, of the two components of an action that look around
CHOICES_MAX = 9  # a component with more values has the turns alone


def values_of(component):
    """The values that a component of an action is given: all, or the turns within its bounds."""
    low, high = component["min"], component["max"]
    if high - low < CHOICES_MAX:
        return np.arange(low, high + 1)
    return np.array([turn for turn in TURNS if low <= turn <= high])


class LabEnvironment:
    """Every component of an action is a choice of its own. A level runs out, and so its end is a termination, as in Espeholt et al.
    (2018)."""

    def __init__(self, level, seed):
        try:
            self._lab = deepmind_lab.Lab(level, [SCREEN], config={"width": str(SIZE), "height": str(SIZE)})
        except RuntimeError as error:
            raise Refused(f"DeepMind Lab cannot load the level {level!r}: {error}",
                          remedy="; levels are the scripts in its game_scripts/levels, such as seekavoid_arena_01 or "
                          "contributed/dmlab30/rooms_collect_good_objects_train") from error
        self._seeds = random.Random(seed)  # a reset without a seed would draw one nobody knows
        self._values = [values_of(component) for component in self._lab.action_spec()]
        self.action = Action([len(values) for values in self._values], [], [])
        self.leaves = [Leaf("", (3, SIZE, SIZE), True, 0.0, 255.0)]
        self._last = np.zeros((3, SIZE, SIZE), np.uint8)

    def _look(self):
        self._last[...] = self._lab.observations()[SCREEN].transpose(2, 0, 1)

    def reset(self, into, allowed):
        self._lab.reset(seed=self._seeds.randrange(2**31))
        self._look()
        into[0][...] = self._last

    def step(self, choices, reals, into, allowed):
        action = np.array([values[choice] for values, choice in zip(self._values, choices)], dtype=np.intc)
        reward = self._lab.step(action, num_steps=FRAMES_PER_ACTION)
        over = not self._lab.is_running()
        if not over:
            self._look()
        into[0][...] = self._last  # an ended level shows nothing: what was seen last
        return float(reward), over, False

    def close(self):
        self._lab.close()


def make(name, seeds, training):
    return vector_of(lambda seed: LabEnvironment(name, seed), seeds)
