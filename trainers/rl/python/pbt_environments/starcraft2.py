"""Maps of StarCraft II by PySC2 (Vinyals et al., 2017; docs/environment.md of google-deepmind/pysc2)."""

import contextlib
import random
from unittest import mock

import numpy as np

from pbt_environments.refusals import Refused
from pbt_environments.vector import Action, Leaf, vector_of



@contextlib.contextmanager
def shuffling_with_two_arguments():
    """PySC2 4.0 shuffles the colours of its pictures with a second argument, which Python 3.11 took away."""
    with mock.patch.object(random, "shuffle", lambda values, _=None: random.Random(0).shuffle(values)):
        yield


with shuffling_with_two_arguments():
    from absl import flags
    from pysc2 import maps
    from pysc2.env import sc2_env
    from pysc2.lib import actions, features

PIXELS = 64  # of the screen and of the minimap, high and wide
GAME_STEPS_PER_ACTION = 8


def scales(layers):
    """What brings each layer's values, which go from 0 to its `scale`, to between 0 and 1."""
    return (1 / np.array([layer.scale for layer in layers], np.float32))[:, None, None]


class StarCraftEnvironment:
    """The first choice is the function to call, masked by what is available now; then comes a choice for each dimension of each type
    of argument, of which those count that the function takes. A map for two is played against the easiest opponent."""

    def __init__(self, name, seed):
        self._game = sc2_env.SC2Env(
            map_name=name, players=[sc2_env.Agent(sc2_env.Race.random)], step_mul=GAME_STEPS_PER_ACTION, random_seed=seed,
            agent_interface_format=features.AgentInterfaceFormat(feature_dimensions=features.Dimensions(screen=PIXELS, minimap=PIXELS)))
        spec = self._game.action_spec()[0]
        self._functions = list(spec.functions)
        choices, self._where = [len(self._functions)], {}
        for kind in spec.types:
            self._where[kind.name] = slice(len(choices), len(choices) + len(kind.sizes))
            choices.extend(kind.sizes)
        self.action = Action([int(count) for count in choices], [], [], masked=True)
        self._scales = [scales(features.SCREEN_FEATURES), scales(features.MINIMAP_FEATURES)]
        self.leaves = [Leaf("feature_screen", (len(features.SCREEN_FEATURES), PIXELS, PIXELS), False, 0.0, 1.0),
                       Leaf("feature_minimap", (len(features.MINIMAP_FEATURES), PIXELS, PIXELS), False, 0.0, 1.0),
                       Leaf("player", (len(features.Player),), False, 0.0, np.inf)]

    def _write(self, observation, into, allowed):
        for leaf, scale, row in zip(self.leaves, self._scales, into):
            np.minimum(observation[leaf.name] * scale, 1, out=row)
        into[2][...] = np.log1p(observation["player"])
        allowed[...] = 1
        allowed[:len(self._functions)] = 0
        allowed[observation["available_actions"]] = 1

    def reset(self, into, allowed):
        self._write(self._game.reset()[0].observation, into, allowed)

    def step(self, choices, reals, into, allowed):
        function = self._functions[choices[0]]
        arguments = [choices[self._where[kind.name]].tolist() for kind in function.args]
        now = self._game.step([actions.FunctionCall(function.id, arguments)])[0]
        self._write(now.observation, into, allowed)
        terminated = now.last() and now.discount == 0
        return float(now.reward), terminated, now.last() and not terminated

    def close(self):
        self._game.close()


def make(name, seeds, training):
    if not flags.FLAGS.is_parsed():
        flags.FLAGS(["pbt"])  # PySC2 reads its settings from the flags of a command line
    if name not in maps.get_maps():
        raise Refused(f"PySC2 has no map {name!r}", wanted=name, valid=maps.get_maps(),
                      remedy="; `python -m pysc2.bin.map_list` lists them, and their files belong into the game's folder Maps")
    return vector_of(lambda seed: StarCraftEnvironment(name, seed), seeds)
