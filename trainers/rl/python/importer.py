# Makes modules importable whose sources stand in SOURCES, by name: they are built into the program, which so needs no files beside it.
import importlib.abc
import importlib.util
import os
import sys

# Environments are stepped by one thread, beside other members' threads: BLAS shall start none. It reads these when NumPy is imported.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # standard output is the program's


class BuiltIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name in SOURCES:
            return importlib.util.spec_from_loader(name, self, is_package="." not in name)
        return None

    def exec_module(self, module):
        name = module.__name__
        exec(compile(SOURCES[name], f"<{name}>", "exec"), module.__dict__)


sys.meta_path.insert(0, BuiltIn())
