#!/usr/bin/env python3
"""A real experiment whose disk is full again and again, and whose processes get no more memory, at moments drawn from a seed.

    tests/crash/starve.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer --blows 30 --seed 7

The run's folder is a small disk in memory, in a mount namespace of its own. Exit status 0: it has come to its end, and nothing was lost,
doubled or unreadable. 1: with what did not hold. 77: this machine allows no such namespace.
"""

import argparse
import collections
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import processes
from experiment import Broken
from siege import Siege
from storm import VARIANTS

FOLDER = "PBT_STARVE_FOLDER"
NO_NAMESPACE = 77
DISK_BYTES = 64 << 20  # SQLite's log alone may take 16 MB
ENDS_BY = {0: "being done", 1: "an error of its own", -6: "an abort", -11: "a segmentation fault", 127: "the loader"}


class Starvation(Siege):
    """Instead of signals: no room on the disk, or no memory, for a while. However a process ends by that, the record must hold: without
    memory its stack cannot grow either, which ends it by a segmentation fault."""

    def strike(self, _):
        fill = self.chance.random() < 0.6
        what = "a full disk" if fill else "no memory"
        before = {one.pid for one in self.running()}
        relief = self.fill_disk() if fill else self.squeeze()
        until = time.monotonic() + self.chance.uniform(0.05, 0.5)
        while time.monotonic() < until and any(one.poll() is None for one in self.pbts.values()):
            time.sleep(0.01)
        relief()
        ended = before - {one.pid for one in self.running()}
        self.counts[f"times of {what}"] += 1
        self.counts[f"pbt ended by {what}"] += len(ended)
        self.check(f"after {what}")

    def fill_disk(self):
        """But for a few pages, drawn from the seed."""
        path = self.experiment.run_folder.parent / "filler"
        spared = self.chance.choice([0, 0, 4096, 16384, 65536])
        with open(path, "wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 20)) == 1 << 20:  # a short write: almost full
                    pass
                while file.write(bytes(4096)):
                    pass
            except OSError:
                file.truncate(max(0, file.tell() - spared))
        return path.unlink

    def squeeze(self):
        """Whoever runs gets little more address space than it has."""
        pids = [one.pid for one in self.running()]
        for pid in pids:
            pages = int(processes.read(pid, "statm").split()[0])
            limit(pid, pages * resource.getpagesize() + self.chance.choice([0, 0, 1 << 16, 1 << 20, 1 << 24]))
        return lambda: [limit(pid, resource.RLIM_INFINITY) for pid in pids]

    def check_status(self, role, status):
        if status not in ENDS_BY:
            raise Broken(f"{role} ended with exit status {status}:\n{self.experiment.last_errors()}")
        self.counts[f"ends of pbt by {ENDS_BY[status]}"] += 1


def limit(pid, size):
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))
    except ProcessLookupError:
        pass


def starve(options, folder):
    (folder / "runs").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", folder / "runs"], check=True)
    total = collections.Counter()
    for number in range(options.experiments):
        within = folder / f"experiment-{number}"
        within.mkdir()
        (folder / "runs" / str(number)).mkdir()
        (within / "runs").symlink_to(folder / "runs" / str(number))
        seed = options.seed * 1000 + number
        starvation = Starvation(options.pbt, options.trainer, within, seed, VARIANTS[number % len(VARIANTS)], options.turns, options.blows)
        try:
            starvation.storm()
        except Broken as broken:
            shutil.copytree(folder / "runs" / str(number), within / "kept")
            print(f"seed {options.seed}, experiment {number}, everything is in {within}:\n{broken}", file=sys.stderr)
            return 1
        total += starvation.counts
        shutil.rmtree(folder / "runs" / str(number))
    for what, count in sorted(total.items()):
        print(f"{count:9}  {what}")
    if not total["pbt ended by a full disk"] or not total["pbt ended by no memory"]:
        print("nobody was starved: nothing was tested", file=sys.stderr)
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--trainer", required=True, type=os.path.abspath, help="the program faulty_trainer")
    parser.add_argument("--experiments", type=int, default=6)
    parser.add_argument("--turns", type=int, default=20, help="each member's budget")
    parser.add_argument("--blows", type=int, default=30, help="to one experiment, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    namespace = ["unshare", "--map-root-user", "--mount"]
    if FOLDER in os.environ:
        return starve(options, pathlib.Path(os.environ[FOLDER]))
    if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
        print("this machine allows no mount namespace (unshare --map-root-user --mount)", file=sys.stderr)
        return NO_NAMESPACE
    folder = tempfile.mkdtemp(prefix="pbt-starve-")
    status = subprocess.run([*namespace, sys.executable, *sys.argv], env={**os.environ, FOLDER: folder}, check=False).returncode
    if status == 0:
        shutil.rmtree(folder)
    return status


if __name__ == "__main__":
    sys.exit(main())
