"""ViZDoom's environments (Kempka et al., 2016) by its own wrapper for Gymnasium, drawn small and without a window."""

import os
import shlex
import tempfile

import gymnasium
import numpy as np
import vizdoom.gymnasium_wrapper

from pbt_environments import spaces
from pbt_environments.gymnasium_environment import made
from pbt_environments.pixels import SIZE, Resize
from pbt_environments.refusals import Refused
from pbt_environments.vector import Leaf, vector_of

TICS_PER_ACTION = 4
TURN_MAX = 10.0  # degrees a tic, or map units, of a button that takes a number
VARIABLE_UNIT = 100.0  # of health and ammunition a player has so much: near 1, networks learn well
OPTIONS = ("rgb",)


def bounded(space):
    """The action space with bounds where buttons take any number."""
    if isinstance(space, gymnasium.spaces.Box):
        return gymnasium.spaces.Box(-TURN_MAX, TURN_MAX, space.shape, space.dtype)
    if isinstance(space, gymnasium.spaces.Dict):
        return gymnasium.spaces.Dict({name: bounded(inner) for name, inner in space.items()})
    return space


class VizdoomEnvironment:
    """A screen, and the game's variables where the scenario has some. What is reached at an end is what was seen last: then the game
    draws no more."""

    def __init__(self, environment, folder, seed):
        self._environment, self._folder, self._seed = environment, folder, seed
        seen = environment.observation_space
        height, width, channels = seen["screen"].shape
        self._resize = Resize(height, width)
        self._part = spaces.part(bounded(environment.action_space))
        self.leaves = [Leaf("screen", (channels, SIZE, SIZE), True, 0.0, 255.0)]
        self._has_variables = "gamevariables" in seen.spaces
        if self._has_variables:
            self.leaves.append(Leaf("gamevariables", seen["gamevariables"].shape, False, -np.inf, np.inf))
        self.action = spaces.action_of(self._part, masked=False)
        self._last = [np.zeros(leaf.shape, leaf.dtype) for leaf in self.leaves]

    def _see(self, observation):
        self._resize(observation["screen"], self._last[0])
        if self._has_variables:
            self._last[1][...] = observation["gamevariables"] / VARIABLE_UNIT

    def _write(self, into):
        for row, last in zip(into, self._last):
            row[...] = last

    def reset(self, into, allowed):
        observation, _ = self._environment.reset(seed=self._seed)
        self._seed = None
        self._see(observation)
        self._write(into)

    def step(self, choices, reals, into, allowed):
        observation, reward, terminated, truncated, _ = self._environment.step(self._part.build(choices, reals))
        if not (terminated or truncated):
            self._see(observation)
        self._write(into)
        return float(reward), bool(terminated and not truncated), bool(truncated)

    def close(self):
        self._environment.close()
        self._folder.cleanup()


def launcher(folder):
    """A program that runs the game in a folder of its own, where it writes its settings, and that ends with this process, however that
    ends: by itself the game would wait for ever."""
    game = shlex.quote(os.path.join(os.path.dirname(vizdoom.__file__), "vizdoom"))
    path = os.path.join(folder, "launch")
    with open(path, "w") as file:
        file.write(f'#!/bin/sh\ncd {shlex.quote(folder)} || exit 1\nbound=\n'
                   f'if command -v setpriv >/dev/null; then bound="setpriv --pdeathsig KILL"; fi\nexec $bound {game} "$@"\n')
    os.chmod(path, 0o700)
    return path


def make_one(name, colour, seed):
    folder = tempfile.TemporaryDirectory(prefix="pbt-vizdoom-")
    try:
        environment = made(name, frame_skip=TICS_PER_ACTION, screen_resolution="RES_160X120", screen_format="RGB24" if colour else "GRAY8",
                           vizdoom_path=launcher(folder.name))
        return VizdoomEnvironment(environment, folder, seed)
    except BaseException:
        folder.cleanup()
        raise


def make(name, seeds, training):
    name, *options = name.split(":")
    for option in options:
        if option not in OPTIONS:
            raise Refused(f"no option {option!r} of a scenario", wanted=option, valid=OPTIONS, remedy=f"; there is {', '.join(OPTIONS)}")
    names = [each for each in gymnasium.registry if each.startswith("Vizdoom")]
    if name not in names:
        short = [each for each in names if each.endswith("-v1")]
        raise Refused(f"ViZDoom has no environment {name!r}", wanted=name, valid=names, remedy=f"; it has {', '.join(short)}, and one a map "
                      "and skill of Doom, such as VizdoomFreedoom1E1M1-S3-v0")
    return vector_of(lambda seed: make_one(name, "rgb" in options, seed), seeds)
