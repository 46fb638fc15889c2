"""What a run shows where its output is a terminal."""

import contextlib
import os
import pty
import subprocess

from conftest import PROGRAM


def on_a_terminal(house, *arguments, on_read=lambda written: None):
    """What the program writes where standard output is one; on_read is told of all so far."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], cwd=house.folder, env=house.environment, stdin=subprocess.DEVNULL, stdout=theirs)
    house.started.append(process)
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as terminal:  # Linux's error at its end
        while more := terminal.read(65_536):
            written += more
            on_read(written)
    assert process.wait() == 0
    return written.decode()


def test_a_terminal_shows_a_live_table_that_is_drawn_again(house):
    house.environment["TERM"] = "xterm"
    house.close_gate("turn.index == 5")
    waited = []

    def open_when_redrawn(written):
        if b"\x1b[F" in written and not waited:
            waited.append(written)
            house.open_gate()

    assert "20 turns" in on_a_terminal(house, "run", "experiment.toml", on_read=open_when_redrawn)
    assert waited


def test_a_terminal_that_mpirun_shares_shows_lines(house):
    house.environment |= {"TERM": "xterm", "OMPI_COMM_WORLD_SIZE": "3"}
    shared = on_a_terminal(house, "run", "experiment.toml")
    assert "\x1b" not in shared
    assert sum(line.startswith("m") for line in shared.splitlines()) == 20
