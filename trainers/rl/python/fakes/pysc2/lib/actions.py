"""Functions and types of arguments as in google-deepmind/pysc2 (pysc2/lib/actions.py), a few of each."""

import collections

ArgumentType = collections.namedtuple("ArgumentType", ["id", "name", "sizes"])
Function = collections.namedtuple("Function", ["id", "name", "args"])
FunctionCall = collections.namedtuple("FunctionCall", ["function", "arguments"])
Arguments = collections.namedtuple("Arguments", ["screen", "minimap", "queued"])
ValidActions = collections.namedtuple("ValidActions", ["types", "functions"])


def valid_actions(screen, minimap):
    types = Arguments(ArgumentType(0, "screen", (screen, screen)), ArgumentType(1, "minimap", (minimap, minimap)),
                      ArgumentType(2, "queued", (2,)))
    functions = [Function(0, "no_op", ()), Function(1, "move_camera", (types.minimap,)),
                 Function(2, "Move_screen", (types.queued, types.screen))]
    return ValidActions(types, functions)
