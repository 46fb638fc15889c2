"""Environments by the names that an experiment gives them: "kind:name"."""

import importlib

from pbt_environments.refusals import imported, install

# A kind's module here, the modules that it needs, and where they come from.
KINDS = {
    "gymnasium": ("gymnasium_environment", ["gymnasium"], install("gymnasium")),
    "atari": ("atari", ["gymnasium", "ale_py"], install("ale-py gymnasium")),
    "vizdoom": ("vizdoom", ["gymnasium", "vizdoom"], install("vizdoom gymnasium")),
    "deepmind_lab": ("deepmind_lab", ["deepmind_lab"],
                     "it is built from source, as docs/guides/reinforcement-learning.md shows: no registry has it"),
    "starcraft2": ("starcraft2", ["pysc2"], install("pysc2")),
}


def make(name, seeds, training):
    """A pbt_environments.vector.Vector, or what looks like one, of len(seeds) environments."""
    kind, rest = name.split(":", 1)
    module, needed, remedy = KINDS[kind]
    for package in needed:
        imported(package, remedy)
    imported("numpy", install("numpy"))
    return importlib.import_module(f"pbt_environments.{module}").make(rest, seeds, training)
