#!/usr/bin/env python3
"""Kills the program pbt, its guard or its trainer, whichever makes the n-th system call that changes a file, for n = 1, 2, ... until
the command gets through; holds the record against what was acknowledged; runs the experiment to its end, and looks again. Or lets
that call fail.

    program.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer \\
               --calls build/tests/crash_points/libcrash_point_calls.so [--every 20] [--again 3]

Exit status 0: nothing was found. 1: something was, and is printed.
"""

import argparse
import os
import pathlib
import random
import shutil
import sys
import tempfile
import time

from real_pbt import FAULTS, Broken, Experiment, acknowledged, died_of_a_kill

RUN = ("run", "toy.toml")


def made(options, folder, durability):
    return Experiment(options, folder, durability, turns=2)


def done(options, folder, durability):
    experiment = made(options, folder, durability)
    experiment.must(*RUN)
    return experiment


def under_a_larger_budget(options, folder, durability):
    experiment = done(options, folder, durability)
    experiment.set_turns(3)
    return experiment


# What was there before, and the command that is killed.
COMMANDS = {"run": (made, RUN), "resume": (under_a_larger_budget, RUN), "gc": (done, ("gc", "toy", "--keep-last", "0"))}


class Sweep:
    """One command, killed at its calls."""

    def __init__(self, options, folder, name, durability):
        self.options = options
        self.folder = folder
        self.name = name
        self.prepare, self.command = COMMANDS[name]
        self.durability = durability
        self.chance = random.Random(options.seed)
        self.points = self.deaths = self.others = self.again = 0

    def strike(self, number):
        """Kills at call `number`, and recovers. False: the command got through before that."""
        shutil.rmtree(self.folder, ignore_errors=True)
        experiment = self.prepare(self.options, self.folder, self.durability)
        where = f"pbt {self.name}, {self.durability}, no kill"
        try:
            status, said = experiment.call(*self.command, orders=experiment.orders(number, self.options.fault))
            calls, struck, struck_at = experiment.tally()
            if calls == 0:
                raise Broken(f"no call was counted: is {self.options.calls} the library?")
            if struck:
                where = f"pbt {self.name}, {self.durability}, {self.options.fault} at {struck_at}"
            died = died_of_a_kill(status)
            refused = status == 1 and self.options.fault != "kill" and experiment.complaint
            if status != 0 and not died and not refused:
                raise Broken(f"exit status {status}: {experiment.complaint}")
            told = acknowledged(said)
            experiment.check(told)
            for _ in range(self.options.again if struck else 0):
                status, said = experiment.call(*RUN, orders=experiment.orders(self.chance.randint(1, 80)))
                told |= acknowledged(said)
                self.again += 1
                where += f", again at {experiment.tally()[2]}"
                experiment.check(told)
            status, said = experiment.call(*RUN)
            if status != 0:
                raise Broken(f"afterwards, exit status {status}: {experiment.complaint}")
            experiment.check_end(told | acknowledged(said))
        except Broken as broken:
            raise Broken(f"{where}: {broken}") from None
        if calls < number:
            self.points = calls
            return False
        self.deaths += died
        self.others += not died
        return True

    def run(self):
        number = self.chance.randint(1, self.options.every)
        while self.strike(number):
            number += self.options.every


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--trainer", required=True, type=os.path.abspath, help="the program faulty_trainer")
    parser.add_argument("--calls", required=True, type=os.path.abspath, help="the library that counts")
    parser.add_argument("--command", choices=COMMANDS, action="append", help="this alone")
    parser.add_argument("--fault", choices=FAULTS, default="kill")
    parser.add_argument("--every", type=int, default=1, help="strike at each so-manieth call alone")
    parser.add_argument("--again", type=int, default=0, help="recoveries in a row that are killed too, each at one of its calls")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    above = pathlib.Path(tempfile.mkdtemp(prefix="pbt-crash-points-", dir=memory))
    print(f"{'command':<9}{'durable':<9}{'points':>7}{'pbt died':>10}{'pbt lived':>14}{'again':>7}{'seconds':>9}")
    for durability in ("power", "process"):
        for name in options.command or COMMANDS:
            began = time.monotonic()
            sweep = Sweep(options, above / "work", name, durability)
            try:
                sweep.run()
            except Broken as broken:
                print(f"{broken}\nseed {options.seed}, everything is in {above}", file=sys.stderr)
                return 1
            print(f"{name:<9}{durability:<9}{sweep.points:>7}{sweep.deaths:>10}{sweep.others:>14}{sweep.again:>7}"
                  f"{time.monotonic() - began:>9.1f}", flush=True)
    shutil.rmtree(above)
    return 0


if __name__ == "__main__":
    sys.exit(main())
