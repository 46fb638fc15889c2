"""Which processes of an experiment are there, of what kind, and signals to them."""

import os
import signal
import time

KINDS = ("pbt", "newborn", "guard", "trainer", "child")


def read(pid, name):
    """Of /proc; empty when the process has gone."""
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def state_and_parent(stat):
    """From /proc/PID/stat: "PID (NAME) STATE PPID ...", where NAME may hold anything."""
    fields = stat[stat.rfind(b")") + 2:].split()
    return (fields[0].decode(), int(fields[1])) if len(fields) > 1 else ("", 0)


def processes(mark):
    """All that carry the mark, by process id: of which kind they are. Zombies are none. A newborn is to become a guard: while it stands
    still, so does the thread of pbt that starts it, and SIGSTOP cannot reach that."""
    entry = f"PBT_STORM={mark}".encode()
    parents, commands = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit() or entry not in read(name, "environ").split(b"\0"):
            continue
        state, parent = state_and_parent(read(name, "stat"))
        if state not in ("", "Z", "X"):
            parents[int(name)] = parent
            commands[int(name)] = read(name, "cmdline").split(b"\0")
    guards = {pid for pid, command in commands.items() if command[1:2] == [b"guard"]}

    def kind(pid):
        if pid in guards:
            return "guard"
        if os.path.basename(commands[pid][0]) == b"pbt":
            return "newborn" if parents[pid] in parents else "pbt"
        return "trainer" if parents[pid] in guards else "child"

    return {pid: kind(pid) for pid in parents}


def send(pid, what):
    """False when the process has gone."""
    try:
        os.kill(pid, what)
        return True
    except ProcessLookupError:
        return False


def stop(pid):
    """Returns when all of its threads stand still, or it has gone. False: it has gone."""
    if not send(pid, signal.SIGSTOP):
        return False
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            return False
        states = {state_and_parent(read(pid, f"task/{thread}/stat"))[0] for thread in threads}
        if states <= {"T", ""}:
            return True
        if states <= {"Z", "X", ""}:
            return False
        time.sleep(0.001)
    raise TimeoutError(f"process {pid} does not stop")


def catches(pid, signal_number):
    """Whether it has a handler for that signal: before, and from its end on, it has none."""
    masks = [line.split()[1] for line in read(pid, "status").splitlines() if line.startswith(b"SigCgt:")]
    return bool(masks) and bool(int(masks[0], 16) >> (signal_number - 1) & 1)


def end_all(mark, limit_s=10):
    """Kills all of them, for the harness's own end."""
    deadline = time.monotonic() + limit_s
    while left := processes(mark):
        for pid in left:
            send(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes do not end at SIGKILL: {left}")
        time.sleep(0.005)
