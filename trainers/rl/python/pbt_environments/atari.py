"""Games of the Arcade Learning Environment, by ale-py's own vector of them: emulating and resizing is compiled."""

import re

import ale_py.roms
import numpy as np

from pbt_environments.refusals import Refused, imported, install
from pbt_environments.vector import Action, Leaf

OPTIONS = ("sticky", "whole_games", "all_actions")
FOR_TWO_PLAYERS = {"combat", "joust", "maze_craze", "warlords"}
FRAMES_MAX = 108_000  # half an hour of play
PIXELS = 84


def plain(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


def rom_named(game):
    """ "ms_pacman" for "MsPacman", "ms-pacman" and the like."""
    games = set(ale_py.roms.get_all_rom_ids()) - FOR_TWO_PLAYERS
    for rom in games:
        if plain(rom) == plain(game):
            return rom
    names = sorted(rom.title().replace("_", "") for rom in games)
    raise Refused(f"the Arcade Learning Environment has no game {game!r}", wanted=game, valid=names,
                  remedy=f"; it has {', '.join(names)}")


class AtariVector:
    """What pbt_environments.vector.Vector is, of one game.

    Rewards come whole from the emulator, and lost lives from its count of them: the vector's own ends at lost lives would begin a new
    game, and so never show what comes after the first life.
    """

    def __init__(self, rom, options, seeds, training):
        vector_env = imported("ale_py.vector_env", install("'ale-py>=0.12' gymnasium"))
        count = len(seeds)
        self._training, self._lives_end = training, training and "whole_games" not in options
        self._games = vector_env.AtariVectorEnv(
            rom, count, num_threads=1, max_num_frames_per_episode=FRAMES_MAX, stack_num=1,
            repeat_action_probability=0.25 if "sticky" in options else 0.0, full_action_space="all_actions" in options,
            reward_clipping=False, episodic_life=False, use_fire_reset=False, autoreset_mode="SameStep",
            img_height=PIXELS, img_width=PIXELS, grayscale=True, maxpool=True, noop_max=30, frameskip=4)
        shape = (1, PIXELS, PIXELS)
        self.leaves = [Leaf("", shape, True, 0.0, 255.0)]
        self.action = Action([int(self._games.single_action_space.n)], [], [])
        self.observations, self.reached = [np.zeros((count, *shape), np.uint8)], [np.zeros((count, *shape), np.uint8)]
        self.allowed = self.reached_allowed = np.ones((count, 0), np.uint8)
        self.rewards = np.zeros(count, np.float64)
        self.terminated, self.truncated = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self.choices, self.reals = np.zeros((count, 1), np.int64), np.zeros((count, 0), np.float32)
        self._scores = np.zeros(count, np.float64)
        self.observations[0][...], info = self._games.reset(seed=np.array(seeds))
        self._lives = info["lives"].copy()

    def step(self):
        images, rewards, terminated, truncated, info = self._games.step(self.choices[:, 0])
        over = terminated | truncated
        self.observations[0][...] = images
        self.reached[0][...] = images
        if over.any():
            self.reached[0][over] = info["final_obs"][over]
        lost = ~over & (info["lives"] < self._lives) if self._lives_end else False
        self._lives[...] = info["lives"]
        self.rewards[...] = np.sign(rewards) if self._training else rewards
        self.terminated[...] = terminated | lost
        self.truncated[...] = truncated & ~terminated
        self._scores += rewards
        finished = self._scores[over].tolist()
        self._scores[over] = 0
        return finished

    def close(self):
        self._games = None  # its threads end with it


def make(name, seeds, training):
    game, *options = name.split(":")
    for option in options:
        if option not in OPTIONS:
            raise Refused(f"no option {option!r} of a game", wanted=option, valid=OPTIONS,
                          remedy=f"; there are {', '.join(OPTIONS)}")
    return AtariVector(rom_named(game), options, seeds, training)
