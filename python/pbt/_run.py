"""Drives the `pbt` program from Python or a notebook."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from ._space import Range, Value, fixed_text


class RunFailed(RuntimeError):
    """The pbt program ended with an error, or could not be found."""


def program() -> str:
    """The pbt binary: PBT_PROGRAM, else the one that came with this package, else on PATH, else build/pbt of its source tree."""
    named = os.environ.get("PBT_PROGRAM")
    if named:
        return named
    found = _carried() or shutil.which("pbt")
    if found:
        return found
    for folder in Path(__file__).resolve().parents:
        built = folder / "build" / "pbt"
        if os.access(built, os.X_OK):
            return str(built)
    raise RunFailed("cannot find the pbt program: put it on PATH, or its path into the variable PBT_PROGRAM")


def _carried() -> Optional[str]:
    """What the wheel of a release has installed beside the interpreter, on PATH or not; a plain install has none."""
    try:
        files = importlib.metadata.files("pbt") or []
    except importlib.metadata.PackageNotFoundError:  # run from its source
        return None
    paths = [os.path.normpath(str(file.locate())) for file in files if file.parts[-2:] == ("bin", "pbt")]
    return next((path for path in paths if os.access(path, os.X_OK)), None)


class Experiment:
    """An experiment in a store, by name; reads it through the pbt program."""

    def __init__(self, name: str, store: Optional[str] = None) -> None:
        self.name = name
        self.store = store

    def best(self) -> Dict[str, Any]:
        """The best turn so far: score, step, member, turn, hyperparameters, checkpoint."""
        best = json.loads(self._ask("best", "--json"))
        assert isinstance(best, dict)
        return best

    def turns(self) -> Any:
        """Every turn of every member: a pandas DataFrame where pandas is installed, else a list of dicts."""
        rows = [json.loads(line) for line in self._ask("turns", "--json").splitlines() if line.strip()]
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            return rows
        return pandas.DataFrame(rows)

    def schedule(self) -> Any:
        """The discovered schedule: the hyperparameters along the best turn's lineage, by step."""
        return json.loads(self._ask("schedule", "--format", "json"))

    def _ask(self, command: str, *flags: str) -> str:
        arguments = [program(), command, self.name, *flags, *_store_flags(self.store)]
        answer = subprocess.run(arguments, capture_output=True, text=True)
        if answer.returncode != 0:
            raise RunFailed(f"{shlex.join(arguments)} ended with status {answer.returncode}: {answer.stderr.strip()}")
        return answer.stdout

    def __repr__(self) -> str:
        return f"pbt.Experiment({self.name!r}, store={self.store!r})"


def run(
    trainer: Union[str, Sequence[str]],
    *,
    space: Mapping[str, Union[Range, Value]],
    steps: int,
    interval: int,
    population: int = 8,
    workers: int = 1,
    maximize: Optional[str] = None,
    minimize: Optional[str] = None,
    name: Optional[str] = None,
    store: Optional[str] = None,
    flags: Sequence[str] = (),
) -> Experiment:
    """Trains a population with `pbt run`, shows its output, and returns the experiment.

    `trainer` is a Python script, or a command as a list. `space` says for each hyperparameter pbt.log(...), uniform,
    one_minus_log, integer or choice; a plain value stays as it is. `steps` is each member's budget, `interval` the
    steps of a turn. The name is the script's when none is given; running a name again resumes it. `flags` go to
    `pbt run` as they are.
    """
    if (maximize is None) == (minimize is None):
        raise ValueError("pbt.run needs one metric: maximize='...' or minimize='...'")
    command = [sys.executable, trainer] if isinstance(trainer, str) else list(trainer)
    experiment = Experiment(name or Path(command[1] if isinstance(trainer, str) else command[0]).stem, store)
    arguments = [program(), "run", experiment.name, "--population", str(population), "-j", str(workers)]
    arguments += ["--steps", str(steps), "--interval", str(interval)]
    arguments += ["--maximize", maximize] if maximize is not None else ["--minimize", str(minimize)]
    for parameter, allowed in space.items():
        text = allowed.text if isinstance(allowed, Range) else fixed_text(allowed)
        arguments += ["-p", f"{parameter}={text}"]
    _show([*arguments, *_store_flags(store), *flags, "--", *command])
    return experiment


def _store_flags(store: Optional[str]) -> List[str]:
    return [] if store is None else ["--store", store]


def _show(arguments: List[str]) -> None:
    """Runs a program with its output line by line on sys.stdout, which in a notebook is the cell."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        last = ""
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line.strip() or last
        except KeyboardInterrupt:  # the program got it too; it saves what is open, then ends
            process.wait()
            raise
    if process.returncode != 0:
        raise RunFailed(f"{shlex.join(arguments)} ended with status {process.returncode}: {last}")
