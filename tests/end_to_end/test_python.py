"""The Python client with the real engine: driven from Python, and with several processes a member."""

import json
import os
import re
import subprocess
import sys

import pytest


def test_python_drives_the_program_and_reads_what_it_found(house):
    house.write("drive.py", """
        import pbt
        run = pbt.run("train.py", space={"lr": pbt.log(1e-3, 1.0)}, population=3, steps=20, interval=10, maximize="score",
                      workers=2, name="driven")
        assert run.best()["score"] > 0
        assert len(run.turns()) == 6
        assert run.schedule()
        print("driven")
    """)
    done = subprocess.run([sys.executable, "drive.py"], cwd=house.folder, env=house.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("driven\n")


TWO_RANKS = """
    import os
    import torch
    import torch.distributed as dist
    import pbt

    dist.init_process_group("gloo")
    print("rank", dist.get_rank(), "is", os.getpid(), flush=True)
    for turn in pbt.turns(lr=0.1):
        with turn:
            def build(turn):
                model = torch.nn.Linear(1, 1)
                return model, torch.optim.SGD(model.parameters(), lr=0.1)
            model, optimizer = turn.restore(build)
            for step in turn.steps():
                if FOREVER:
                    import time; time.sleep(1000)
                total = torch.ones(1)
                dist.all_reduce(total)
            turn.finish((model, optimizer), score=float(total))
"""


def two_ranks(house, forever):
    house.write("train.py", TWO_RANKS.replace("FOREVER", str(forever)))
    launcher = f'"{sys.executable}", "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "--redirects", "1", "--tee", "1"'
    house.edit({json.dumps(sys.executable): launcher, "population = 4": "population = 2", "steps = 50": "steps = 20",
                "fraction = 0.25": "fraction = 0.5", "count = 2": "count = 1", "[trainer]": '[trainer]\nhello_timeout = "8m"'})


def test_two_ranks_of_torchrun_train_one_member(house):
    pytest.importorskip("torch")
    two_ranks(house, forever=False)
    house.pbt("run", "experiment.toml")
    assert [turn["score"] for turn in house.turns()] == [2.0] * 4


def test_two_ranks_of_torchrun_are_killed_whole(house):
    pytest.importorskip("torch")
    two_ranks(house, forever=True)
    process = house.start("run", "experiment.toml")
    logs = house.folder / "runs" / "toy" / "logs"

    def pids():
        text = " ".join(path.read_text() for path in logs.glob("*.log")) if logs.exists() else ""
        return [int(pid) for pid in re.findall(r"rank \d is (\d+)", text)]

    house.wait_until(lambda: len(pids()) == 2, process)
    ranks = pids()
    process.kill()
    process.wait()
    house.wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in ranks))
