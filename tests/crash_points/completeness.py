#!/usr/bin/env python3
"""Does the library count every system call that changes a file? Runs pbt under strace and holds the two lists against each other.

    completeness.py --pbt build/pbt --trainer build/tests/faulty_trainers/faulty_trainer \\
                    --calls build/tests/crash_points/libcrash_point_calls.so

Exit status 0: call for call the same. 1: they differ, which is printed.
"""

import argparse
import collections
import os
import pathlib
import re
import shutil
import sys
import tempfile

from real_pbt import Broken, Experiment

# What each system call, or function of the C library, does. Those that are not here change nothing.
KINDS = {"open": "open openat openat2 creat fopen", "write": "write", "pwrite": "pwrite", "writev": "writev", "pwritev": "pwritev pwritev2",
         "sendfile": "sendfile", "copy": "copy_file_range", "truncate": "truncate", "ftruncate": "ftruncate",
         "allocate": "fallocate posix_fallocate", "flush": "fsync fdatasync", "flush all": "syncfs",
         "remove": "unlink unlinkat rmdir remove", "rename": "rename renameat renameat2", "mkdir": "mkdir mkdirat",
         "make": "mknod mknodat mkfifo", "link": "link linkat symlink symlinkat", "mode": "chmod fchmod fchmodat",
         "owner": "chown fchown fchownat lchown", "time": "utime utimensat futimens", "attribute": "setxattr fsetxattr"}
KIND = {name: kind for kind, names in KINDS.items() for name in names.split()}
HARMLESS = set("""access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs read pread readv preadv lseek close readlink
    readlinkat getdents getcwd chdir fchdir fcntl flock dup dup2 dup3 execve mmap fadvise getxattr fgetxattr inotify_add_watch""".split())


def name_of(call):
    return call.removesuffix("64") if call != "getdents64" else "getdents"


def counted(trace):
    """What the library saw: lines "number call path"."""
    seen = collections.Counter()
    for line in trace.read_text().splitlines():
        _, call, path = line.split(" ", 2)
        seen[KIND[name_of(call)], path.removesuffix(" (deleted)")] += 1
    return seen


def happened(logs, folder):
    """What the kernel was asked for, of files below `folder`."""
    seen = collections.Counter()
    for line in (line for log in logs for line in log.read_text().splitlines()):
        call = re.match(r"(\w+)\(", line)
        paths = re.findall(re.escape(str(folder)) + r'([^">]*)', line)
        if not call or not paths:
            continue
        name = name_of(call[1])
        changes = name in KIND and (KIND[name] != "open" or "O_CREAT" in line or "O_TRUNC" in line)
        if not changes and name not in HARMLESS and KIND.get(name) != "open":
            raise Broken(f"a call is in neither list of this file: {line}")
        # remove() tries to unlink before it removes a folder.
        if changes and not (name == "unlink" and "EISDIR" in line):
            path = paths[-1]
            if name == "unlinkat" or name == "mkdirat":  # the folder stands in < >, the name behind
                path += "/" + re.search(r'"([^"]*)"', line)[1] if '"/' not in line else ""
            seen[KIND[name], path] += 1
    return seen


def compare(experiment, *command):
    trace = pathlib.Path(f"{experiment.folder}.trace")
    trace.unlink(missing_ok=True)
    for log in experiment.folder.parent.glob("strace.*"):
        log.unlink()
    orders = experiment.orders(trace=trace)
    # The library goes to pbt alone, not to strace.
    before = ["strace", "-ff", "-y", "-s", "4096", "-e", "trace=%file,%desc", "-o", str(experiment.folder.parent / "strace")]
    before += [f"-E{name}={value}" for name, value in orders.items()]
    status, _ = experiment.call(*command, before=before)
    if status != 0:
        raise Broken(f"{' '.join(command)}: exit status {status}: {experiment.complaint}")
    library = counted(trace)
    kernel = happened(experiment.folder.parent.glob("strace.*"), experiment.folder / "runs")
    if library != kernel:
        raise Broken(f"{' '.join(command)}:\n  counted, and did not happen: {dict(library - kernel)}\n"
                     f"  happened, and was not counted: {dict(kernel - library)}")
    if sum(library.values()) != experiment.tally()[0]:
        raise Broken(f"{experiment.tally()[0]} calls counted, and {sum(library.values())} written down")
    print(f"pbt {' '.join(command)}: {sum(library.values())} calls that change a file, each of them counted")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--pbt", required=True, type=os.path.abspath)
    parser.add_argument("--trainer", required=True, type=os.path.abspath, help="the program faulty_trainer")
    parser.add_argument("--calls", required=True, type=os.path.abspath, help="the library that counts")
    options = parser.parse_args()
    above = pathlib.Path(tempfile.mkdtemp(prefix="pbt-crash-points-"))
    try:
        for durability in ("power", "process"):
            experiment = Experiment(options, above / durability, durability, turns=3)
            compare(experiment, "run", "toy.toml")
            compare(experiment, "gc", "toy", "--keep-last", "0")
            experiment.set_turns(4)
            compare(experiment, "run", "toy.toml")
    except Broken as broken:
        print(f"{broken}\neverything is in {above}", file=sys.stderr)
        return 1
    shutil.rmtree(above)
    return 0


if __name__ == "__main__":
    sys.exit(main())
