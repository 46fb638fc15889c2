"""A scheduler's SIGTERM to a trainer."""

import os
import pathlib
import signal
import subprocess
import sys

PYTHON = pathlib.Path(__file__).resolve().parents[1]

SCRIPT = """
import os, signal, time
from pbt._signals import outlive_terminate
outlive_terminate()
os.kill(os.getpid(), signal.SIGTERM)
ready, tell = os.pipe()
child = os.fork()
if child == 0:
    os.write(tell, b"x")
    while True:
        time.sleep(0.01)
os.read(ready, 1)
os.kill(child, signal.SIGTERM)
print("alive", os.WTERMSIG(os.waitpid(child, 0)[1]))
"""


def test_a_trainer_outlives_it_and_its_children_do_not():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60, env=dict(os.environ, PYTHONPATH=str(PYTHON)))
    assert done.stdout == f"alive {int(signal.SIGTERM)}\n"
