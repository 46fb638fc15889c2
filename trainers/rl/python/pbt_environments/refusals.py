"""What is refused before anything runs, and how to mend it."""

import importlib
import sys


class Refused(Exception):
    """Something that the user can mend. The message is `what`, then the name of `valid` that is nearest to `wanted`, then `remedy`."""

    def __init__(self, what, *, wanted="", valid=(), remedy=""):
        super().__init__(what + remedy)
        self.what, self.wanted, self.valid, self.remedy = what, wanted, list(valid), remedy


def install(packages):
    """How to install packages of PyPI for the interpreter that runs."""
    return f"install it with `{sys.executable} -m pip install {packages}`"


def imported(module, remedy):
    """The module; refused with the remedy where it is absent, and with how to install what it needs itself."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        is_itself = error.name and (module + ".").startswith(error.name + ".")
        raise Refused(f"{sys.executable} has no Python package {error.name!r}",
                      remedy=f"; {remedy if is_itself else install(error.name)}") from error
