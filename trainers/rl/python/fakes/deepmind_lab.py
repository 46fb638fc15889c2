"""A level with the interface of google-deepmind/lab (docs/users/python_api.md): a corridor, in which walking forward pays."""

import numpy as np

EPISODE_FRAMES = 40
SPEC = [("LOOK_LEFT_RIGHT_PIXELS_PER_FRAME", -512, 512), ("LOOK_DOWN_UP_PIXELS_PER_FRAME", -512, 512), ("STRAFE_LEFT_RIGHT", -1, 1),
        ("MOVE_BACK_FORWARD", -1, 1), ("FIRE", 0, 1), ("JUMP", 0, 1), ("CROUCH", 0, 1)]


class Lab:
    def __init__(self, level, observations, config={}, renderer="software", level_cache=None):
        if level != "corridor":
            raise RuntimeError(f'Failed to load level script "{level}"')
        if observations != ["RGB_INTERLEAVED"]:
            raise ValueError("Unknown observation")
        assert all(isinstance(value, str) for value in config.values())
        self._shape = (int(config["height"]), int(config["width"]), 3)
        self._frames = None

    def action_spec(self):
        return [{"name": name, "min": low, "max": high} for name, low, high in SPEC]

    def reset(self, episode=-1, seed=None):
        assert isinstance(seed, int), "without a seed a level draws one that nobody knows"
        self._wall = np.random.default_rng(seed).integers(256, size=self._shape, dtype=np.uint8)
        self._frames = self._place = 0

    def is_running(self):
        return self._frames is not None and self._frames < EPISODE_FRAMES

    def observations(self):
        if not self.is_running():
            raise RuntimeError("Environment in wrong status for call to observations()")
        screen = np.roll(self._wall, self._place, axis=1)
        screen[0, 0] = (10, 20, 30)
        return {"RGB_INTERLEAVED": screen}

    def step(self, action, num_steps=1):
        if not self.is_running():
            raise RuntimeError("Environment in wrong status to advance")
        assert action.dtype == np.intc and action.shape == (len(SPEC),)
        assert all(low <= value <= high for value, (_, low, high) in zip(action, SPEC))
        self._frames += num_steps
        self._place += int(action[0] + action[3] * num_steps)
        return float(action[3] * num_steps)

    def close(self):
        self._frames = None
        return True
