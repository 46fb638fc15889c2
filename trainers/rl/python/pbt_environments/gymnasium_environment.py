"""Any environment of Gymnasium."""

import sys

import gymnasium

from pbt_environments import spaces
from pbt_environments.refusals import Refused, imported, install
from pbt_environments.vector import vector_of


STEPS_MAX = 10_000  # of an episode whose environment sets no limit: a policy that repeats a move may never end it


class GymnasiumEnvironment:
    def __init__(self, environment, seed):
        self._environment = environment
        self._readings = spaces.readings(environment.observation_space)
        if not self._readings:
            raise Refused(f"an observation of {environment.observation_space} holds nothing that an agent can see")
        self._part = spaces.part(environment.action_space)
        self._mask_is_seen = spaces.MASK in getattr(environment.observation_space, "spaces", {})
        self._first = environment.reset(seed=seed)
        masked = self._mask_is_seen or spaces.MASK in self._first[1]
        self.leaves = [reading.leaf for reading in self._readings]
        self.action = spaces.action_of(self._part, masked)

    def _write(self, observation, info, into, allowed):
        spaces.write_observation(self._readings, observation, into)
        if self.action.masked:
            mask = observation[spaces.MASK] if self._mask_is_seen else info.get(spaces.MASK)
            if mask is None:
                allowed.fill(1)
            else:
                spaces.write_mask(mask, self.action.choices, allowed)

    def reset(self, into, allowed):
        first, self._first = self._first, None
        self._write(*(first or self._environment.reset()), into, allowed)

    def step(self, choices, reals, into, allowed):
        observation, reward, terminated, truncated, info = self._environment.step(self._part.build(choices, reals))
        self._write(observation, info, into, allowed)
        return float(reward), bool(terminated), bool(truncated and not terminated)

    def close(self):
        self._environment.close()


def made(name, **options):
    """gymnasium.make(name), refused where there is no such environment or it lacks a package."""
    if ":" in name:
        module = name.split(":")[0]
        imported(module, f"what stands before \"{name[len(module):]}\" is the package that registers the environment: {install(module)}")
    try:
        return gymnasium.make(name, disable_env_checker=True, **options)
    except (gymnasium.error.VersionNotFound, gymnasium.error.DeprecatedEnv) as error:
        raise Refused(f"{error}") from error
    except gymnasium.error.UnregisteredEnv as error:
        raise Refused("Gymnasium has no such environment", wanted=name.split(":")[-1], valid=gymnasium.registry,
                      remedy="; Atari's games are atari:GAME, and what another package registers is named with it, as in "
                      f"\"gymnasium:minigrid:MiniGrid-Empty-5x5-v0\" ({install('minigrid')})") from error
    except gymnasium.error.DependencyNotInstalled as error:
        raise Refused(f"{error}", remedy=f" (that is, {sys.executable} -m pip)") from error
    except gymnasium.error.Error as error:
        raise Refused(f"{error}", wanted=name, valid=gymnasium.registry) from error
    except ModuleNotFoundError as error:
        raise Refused(f"it needs the Python package {error.name!r}", remedy=f"; {install(error.name)}") from error
    except ImportError as error:
        raise Refused(f"{error}") from error


def limited(environment):
    if environment.spec is not None and environment.spec.max_episode_steps is None:
        return gymnasium.wrappers.TimeLimit(environment, STEPS_MAX)
    return environment


def make_one(name, seed):
    environment = limited(made(name))
    try:
        return GymnasiumEnvironment(environment, seed)
    except BaseException:
        environment.close()
        raise


def make(name, seeds, training):
    return vector_of(lambda seed: make_one(name, seed), seeds)
