"""A map with the interface of google-deepmind/pysc2 (pysc2/env/sc2_env.py): a unit that is to reach a beacon, both on the screen."""

import collections
import enum

import numpy as np
from absl import flags
from pysc2.lib import actions

Agent = collections.namedtuple("Agent", ["race"])
NO_OP, MOVE_CAMERA, MOVE_SCREEN = range(3)
LAST_STEP = 6


class Race(enum.IntEnum):
    random = 4


class TimeStep(collections.namedtuple("TimeStep", ["step_type", "reward", "discount", "observation"])):
    def last(self):
        return self.step_type == 2


class SC2Env:
    def __init__(self, map_name=None, players=None, agent_interface_format=None, step_mul=None, random_seed=None):
        assert flags.FLAGS.is_parsed(), "UnparsedFlagAccessError"
        assert step_mul == 8 and isinstance(random_seed, int) and len(players) == 1
        dimensions = agent_interface_format.feature_dimensions
        self._size, self._minimap_size = dimensions.screen, dimensions.minimap
        self._random, self._defeat = np.random.default_rng(random_seed), map_name == "DefeatRoaches"

    def action_spec(self):
        return (actions.valid_actions(self._size, self._minimap_size),)

    def reset(self):
        self._steps, self._unit = 0, (0, 0)
        self._beacon = tuple(int(place) for place in self._random.integers(self._size, size=2))
        return (self._now(0, 0.0, 0.0),)

    def _now(self, step_type, reward, discount):
        screen = np.zeros((2, self._size, self._size), np.int32)
        screen[0] = 128
        screen[1][self._unit[::-1]], screen[1][self._beacon[::-1]] = 1, 3  # y comes first
        available = [NO_OP, MOVE_SCREEN] if self._steps % 2 == 0 else [NO_OP, MOVE_CAMERA]
        return TimeStep(step_type, reward, discount, {
            "feature_screen": screen, "feature_minimap": np.ones((1, self._minimap_size, self._minimap_size), np.int32),
            "player": np.array([1, 50 * self._steps], np.int32), "available_actions": np.array(available, np.int32)})

    def step(self, calls):
        (call,) = calls
        taken = actions.valid_actions(self._size, self._minimap_size).functions[call.function].args
        assert [len(argument) for argument in call.arguments] == [len(kind.sizes) for kind in taken], call
        assert all(0 <= value < size for argument, kind in zip(call.arguments, taken) for value, size in zip(argument, kind.sizes)), call
        if call.function == MOVE_SCREEN:
            assert self._steps % 2 == 0, "not available"
            self._unit = tuple(call.arguments[1])
        self._steps += 1
        over = self._steps == LAST_STEP
        # Time runs out in one map; the other is lost.
        discount = 0.0 if over and self._defeat else 1.0
        return (self._now(2 if over else 1, float(self._unit == self._beacon) * 2, discount),)

    def close(self):
        pass
