"""Slurm on this machine, and experiments that are submitted to it."""

import importlib.util
import os
import pathlib

import pytest
from cluster import Cluster, installed

ROOT = pathlib.Path(__file__).resolve().parents[2]

specification = importlib.util.spec_from_file_location("end_to_end_conftest", ROOT / "tests" / "end_to_end" / "conftest.py")
end_to_end = importlib.util.module_from_spec(specification)
specification.loader.exec_module(end_to_end)

# Steps take long while there is a file of that name, so that a turn can be met in its middle.
TRAINER = """
    import os, pathlib, time, pbt

    def train(turn):
        theta = float((turn.load / "theta").read_text()) if turn.load else 0.0
        for step in turn.steps():
            pathlib.Path(f"training-{os.getpid()}").touch()
            theta += turn["lr"]
            time.sleep(0.5 if os.path.exists("slow") else 0.01)
        (turn.save / "theta").write_text(repr(theta))
        turn.finish(score=theta)

    pbt.serve(train, lr=0.1)
"""


class Laboratory(end_to_end.House):
    """An experiment in a folder, and the cluster that it is submitted to."""

    def __init__(self, folder, cluster):
        super().__init__(folder)
        self.cluster = cluster
        self.name = "toy"
        self.budget = 50
        self.overshoot = 0  # what a trainer may train beyond what it is asked for, as one that counts whole rollouts
        self.write("train.py", TRAINER)
        self.environment["SLURM_CONF"] = cluster.environment["SLURM_CONF"]

    def be_slow(self):
        (self.folder / "slow").touch()

    def be_quick(self):
        (self.folder / "slow").unlink()

    def submit(self, *arguments):
        self.job = self.json("launch", "slurm", "experiment.toml", *arguments)
        return self.job["job"]

    def elements(self):
        return {element["element"]: element for element in self.json("launch", "status", self.name)["elements"]}

    def wait_until_training(self, trainers=1):
        """In the middle of a turn, so many of them."""
        self.wait_for(lambda: len(list(self.folder.glob("training-*"))) >= trainers, "a trainer")

    def restarts(self, element):
        return int(self.cluster.run("scontrol", "show", "job", f"{self.job['job']}_{element}").stdout.split("Restarts=")[1].split()[0])

    def log(self, element=0):
        path = pathlib.Path(self.job["logs"]) / f"slurm-{self.job['job']}_{element}.log"
        return path.read_text() if path.exists() else ""

    def wait_for(self, holds, what, seconds=60):
        try:
            self.cluster.wait_for(holds, what, seconds)
        except TimeoutError as late:
            queue = self.cluster.run("scontrol", "show", "jobs", check=False).stdout
            raise AssertionError(f"{late}\n{queue}\n{self.log()}") from late

    def wait_until_trained(self, seconds=90):
        """The elements leave by themselves, the record is whole, no attempt failed, and every member has its budget."""
        self.wait_for(lambda: not self.elements(), "the queue", seconds)
        status = self.json("status", self.name)
        assert status["state"] == "done", self.log()
        assert all(0 <= member["steps_done"] - self.budget <= self.overshoot for member in status["members"])
        assert not any(member["failures"] for member in status["members"])
        self.pbt("doctor", self.name)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("slurm")) as cluster:
        yield cluster


@pytest.fixture
def laboratory(tmp_path, cluster):
    return Laboratory(tmp_path, cluster)


def pytest_sessionfinish(session, exitstatus):
    if not installed():
        session.exitstatus = 77


def pytest_collection_modifyitems(items):
    for item in items:
        if not installed():
            item.add_marker(pytest.mark.skip(reason="Slurm is not installed, or this is not root: apt-get install slurmctld slurmd slurm-client munge"))
        elif "long" in item.keywords and "PBT_SLURM_LONG" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="takes minutes: PBT_SLURM_LONG=1"))


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes minutes; run where PBT_SLURM_LONG is set")
