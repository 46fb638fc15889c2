"""Layers and formats as in google-deepmind/pysc2 (pysc2/lib/features.py), a few of each."""

import collections
import enum

Layer = collections.namedtuple("Layer", ["index", "name", "scale"])
SCREEN_FEATURES = (Layer(0, "height_map", 256), Layer(1, "player_relative", 5))
MINIMAP_FEATURES = (Layer(0, "camera", 2),)


class Player(enum.IntEnum):
    player_id = 0
    minerals = 1


class Dimensions:
    def __init__(self, screen=None, minimap=None):
        self.screen, self.minimap = screen, minimap


class AgentInterfaceFormat:
    def __init__(self, feature_dimensions=None):
        self.feature_dimensions = feature_dimensions
