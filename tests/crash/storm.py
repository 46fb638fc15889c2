#!/usr/bin/env python3
"""Real experiments of every variant under storms of SIGKILL and SIGSTOP, until enough signals were sent.

    tests/crash/storm.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer --kills 100 --seed 7

Exit status 0 when nothing was lost, doubled or unreadable; 1 with what did not hold, and the folder is kept. Needs Linux and Python 3.9,
nothing else. What is done and checked: README.md beside this file.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

import sabotage
from experiment import Broken
from siege import Siege

VARIANTS = [dict(kind=kind, synchronous=synchronous, children=children, durability=durability)
            for (kind, synchronous, children, durability) in (
                ("session", False, True, "process"), ("command", False, True, "power"), ("session", True, False, "power"),
                ("command", True, True, "process"), ("session", False, False, "power"), ("command", False, False, "process"))]


def besiege(options, number):
    """One experiment. Returns its counts, and what did not hold."""
    seed = options.seed * 100_000 + number
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"pbt-storm-{seed}-"))
    variant = VARIANTS[(number - 1) % len(VARIANTS)]
    siege = Siege(options.pbt, options.trainer, folder, seed, variant, options.turns, options.blows)
    if options.sabotage:
        siege.after_blow = sabotage.Saboteur(options.sabotage)
    broken = ""
    try:
        siege.storm()
        if options.sabotage:
            raise Broken("the harm was " + ("not found" if siege.after_blow.done else "never done"))
        shutil.rmtree(folder)
    except Exception as reason:  # the harness's own mistakes are not to pass for anything else
        if not isinstance(reason, Broken):
            traceback.print_exc()
        broken = f"experiment {number} ({variant}, seed {options.seed}), everything is in {folder}:\n{reason}"
    return siege.counts, broken


def total(counts, signal):
    return sum(count for what, count in counts.items() if what.startswith(signal))


def report(counts, seconds, options):
    counts["SIGKILLs"] = total(counts, "SIGKILL ")
    counts["SIGSTOPs"] = total(counts, "SIGSTOP ")
    if options.json:
        print(json.dumps({"seed": options.seed, "seconds": round(seconds, 1), "violations": 0, **dict(sorted(counts.items()))}))
        return
    for what, count in sorted(counts.items()):
        print(f"{count:9}  {what}")
    print(f"{seconds:9.1f}  seconds, seed {options.seed}: nothing lost, doubled or unreadable")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--trainer", required=True, type=os.path.abspath, help="the program faulty_trainer")
    parser.add_argument("--kills", type=int, default=100, help="at least so many SIGKILLs")
    parser.add_argument("--stops", type=int, default=0, help="and at least so many SIGSTOPs")
    parser.add_argument("--turns", type=int, default=40, help="each member's budget")
    parser.add_argument("--blows", type=int, default=200, help="what happens to one experiment, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="this experiment alone")
    parser.add_argument("--jobs", type=int, default=1, help="experiments at the same time")
    parser.add_argument("--sabotage", choices=sorted(sabotage.ALL), help="harm done on purpose, which must be found")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    counts = collections.Counter()
    began = time.monotonic()
    numbers = iter([options.only]) if options.only else itertools.count(1)
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        running = {pool.submit(besiege, options, number) for number in itertools.islice(numbers, options.jobs)}
        while running:
            ended, running = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for one in ended:
                found, broken = one.result()
                if broken:
                    print(broken, file=sys.stderr, flush=True)
                    return 1
                counts += found
                kills, stops = total(counts, "SIGKILL "), total(counts, "SIGSTOP ")
                print(f"{time.monotonic() - began:7.1f} s: {kills} SIGKILLs, {stops} SIGSTOPs, {counts['experiments']} experiments, "
                      f"{counts['turns']} turns, no violation", file=sys.stderr, flush=True)
                if kills < options.kills or stops < options.stops or counts["experiments"] + len(running) < len(VARIANTS):
                    running |= {pool.submit(besiege, options, number) for number in itertools.islice(numbers, 1)}
    report(counts, time.monotonic() - began, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
