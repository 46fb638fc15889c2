"""Environments for the tests, of every kind of space; each says in what it sees what was done to it."""

import gymnasium
import numpy as np
from gymnasium import spaces


class Peculiar(gymnasium.Env):
    """Sees the count of its steps since the reset; its episodes last `length` steps."""

    def __init__(self, observation_space, action_space, see, length=3, mask=None):
        self.observation_space, self.action_space, self._see, self._length, self._mask = observation_space, action_space, see, length, mask

    def _info(self):
        return {} if self._mask is None else {"action_mask": self._mask(self._time)}

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._time, self._done = 0, None
        return self._see(self), self._info()

    def step(self, action):
        assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
        self._time, self._done = self._time + 1, action
        return self._see(self), 0.5, False, self._time == self._length, self._info()


def image(shape):
    return np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)


def register(name, *arguments, **options):
    gymnasium.register(f"{name}-v0", lambda: Peculiar(*arguments, **options))


TIME = spaces.Box(0, 100, (1,), np.float32)


def time(one):
    return np.array([one._time], np.float32)


DICTIONARY = spaces.Dict({
    "colour": spaces.Box(0, 255, (4, 3, 2), np.uint8),
    "grey": spaces.Box(0, 255, (2, 4), np.uint8),
    "inner": spaces.Tuple([spaces.Discrete(3, start=5), spaces.MultiDiscrete([2, 3])]),
    "flags": spaces.MultiBinary(2),
    "mission": spaces.Text(10),
    "speed": spaces.Box(-np.inf, 2.5, (2,), np.float64),
})


def everything(one):
    return {"colour": image((4, 3, 2)), "grey": image((2, 4)), "inner": (6, np.array([1, 2])), "flags": np.array([0, 1], np.int8),
            "mission": "go", "speed": np.array([one._time, -0.5])}


ACTIONS = spaces.Dict({
    "drive": spaces.Box(np.array([-1, 0], np.float32), np.array([1, 2], np.float32)),
    "gear": spaces.Discrete(3, start=-1),
    "keys": spaces.MultiBinary(2),
    "turns": spaces.Tuple([spaces.MultiDiscrete([2, 4])]),
})


def done(one):
    """The last action as numbers."""
    if one._done is None:
        return np.full(7, -9, np.float32)
    return np.concatenate([one._done["drive"], [one._done["gear"]], one._done["keys"], one._done["turns"][0]]).astype(np.float32)


register("Everything", DICTIONARY, spaces.Discrete(2), everything)
register("Doer", spaces.Box(-10, 10, (7,), np.float32), ACTIONS, done)
register("Masked", TIME, spaces.Discrete(3), time, mask=lambda time: np.array([time != 0, time == 0, time == 3], np.int8))
register("MaskSeen", spaces.Dict({"time": TIME, "action_mask": spaces.MultiBinary(2)}), spaces.Discrete(2),
         lambda one: {"time": time(one), "action_mask": np.array([1, one._time % 2], np.int8)})
register("MaskTooLong", TIME, spaces.Discrete(2), time, mask=lambda time: np.ones(3, np.int8))
register("UnboundedAction", TIME, spaces.Box(-np.inf, np.inf, (2,)), time)
gymnasium.register("Bounded-v0", lambda: gymnasium.wrappers.TransformAction(
    gymnasium.make("UnboundedAction-v0"), lambda action: action, spaces.Box(-1.0, 1.0, (2,))))
register("TenthAction", spaces.Box(-1, 1, (1,), np.float64), spaces.Box(-0.1, 0.1, (1,), np.float64),
         lambda one: np.zeros(1) if one._done is None else one._done)
register("Boards", spaces.Dict({"first": spaces.Box(0, 1, (4, 2, 2), np.float32), "last": spaces.Box(0, 1, (2, 2, 4), np.float32)}),
         spaces.Discrete(2), lambda one: {"first": np.ones((4, 2, 2), np.float32), "last": np.ones((2, 2, 4), np.float32)})
register("GraphSeen", spaces.Graph(TIME, None), spaces.Discrete(2), time)
register("SequenceDone", TIME, spaces.Sequence(TIME), time)
register("SeesNothing", spaces.Dict({"mission": spaces.Text(10)}), spaces.Discrete(2), lambda one: {"mission": "go"})
register("Short", TIME, spaces.Discrete(2), time, length=1)


class Breaks(Peculiar):
    def step(self, action):
        raise ValueError("the simulator broke")


gymnasium.register("Breaks-v0", lambda: Breaks(TIME, spaces.Discrete(2), time))


def needs_absent():
    import absent_engine  # noqa: F401


gymnasium.register("NeedsAbsent-v0", needs_absent)
