"""`pbt launch slurm` on a real Slurm: arrays, warnings, requeues, time limits, several nodes, and what is refused."""

import os
import signal

import pytest
from cluster import Cluster
from conftest import Laboratory


@pytest.fixture(scope="session")
def limited(tmp_path_factory, cluster):
    """Submitted first, as its warning comes up to a minute later. Our own check would refuse a limit of one minute."""
    house = Laboratory(tmp_path_factory.mktemp("limited"), cluster)
    house.edit({"steps = 50": "steps = 200", "interval = 10": "interval = 100", "population = 4": "population = 2"})
    house.budget = 200
    house.be_slow()
    house.submit("--workers", "2", "--warning", "10s", "--sbatch=--time=1")
    return house


def cut_short(house):
    return [turn for turn in house.turns("toy") if turn["partial"]]


def test_an_array_trains_an_experiment_to_its_end(limited, laboratory):
    laboratory.be_slow()
    laboratory.submit("--workers", "4")
    laboratory.wait_until_training(2)
    laboratory.be_quick()
    laboratory.wait_until_trained()
    assert len({turn["worker"] for turn in laboratory.turns("toy")}) > 1
    assert "m0.t1 " in "".join(laboratory.log(element) for element in range(4))
    assert laboratory.pbt("launch", "status").stdout == "no worker of experiment toy is in Slurm's queue\n"


def test_a_warned_worker_saves_its_turn_and_queues_again(laboratory):
    """The last element, whose own number is the array's: the others go on."""
    laboratory.be_slow()
    job = laboratory.submit("--workers", "2")
    laboratory.wait_until_training(2)
    laboratory.cluster.run("scancel", "--signal=USR1", "--batch", f"{job}_1")
    laboratory.wait_for(lambda: laboratory.elements()["1"]["state"] == "PENDING", "the requeue")
    assert laboratory.elements()["0"]["state"] == "RUNNING" and cut_short(laboratory)
    laboratory.be_quick()
    laboratory.wait_until_trained()
    assert (laboratory.restarts(0), laboratory.restarts(1)) == (0, 1)


def test_a_job_that_slurm_requeues_in_mid_turn_goes_on(laboratory):
    laboratory.be_slow()
    job = laboratory.submit("--workers", "2")
    laboratory.wait_until_training()
    laboratory.cluster.run("scontrol", "requeue", job)
    laboratory.wait_for(lambda: cut_short(laboratory), "the saved turn")
    laboratory.be_quick()
    laboratory.wait_until_trained()


def test_stop_lets_workers_save_and_leave(laboratory):
    laboratory.be_slow()
    laboratory.submit("--workers", "2")
    laboratory.wait_until_training(2)
    assert "2 workers of experiment toy are told to save and leave" in laboratory.pbt("launch", "stop").stdout
    laboratory.wait_for(lambda: not laboratory.elements(), "the queue")
    assert cut_short(laboratory)
    assert not any(member["worker"] for member in laboratory.json("status", "toy")["members"])
    assert laboratory.json("status", "toy")["state"] == "running"
    laboratory.be_quick()
    laboratory.submit("--workers", "2")
    laboratory.wait_until_trained()


def test_a_member_may_take_several_nodes(laboratory):
    laboratory.write("rank.py", """
        import os, pathlib, runpy
        pathlib.Path("ranks").mkdir(exist_ok=True)
        (pathlib.Path("ranks") / f"{os.environ['SLURM_PROCID']}-{os.environ['SLURMD_NODENAME']}").touch()
        if os.environ["SLURM_PROCID"] == "0":
            runpy.run_path("train.py", run_name="__main__")
    """)
    laboratory.edit({'"train.py"': '"rank.py"'})
    laboratory.submit("--workers", "1", "--nodes-per-member", "2")
    laboratory.wait_until_trained()
    assert sorted(path.name for path in (laboratory.folder / "ranks").iterdir()) == ["0-a", "1-b"]


def test_a_folder_with_a_blank_and_a_percent_sign_will_do(tmp_path, cluster):
    folder = tmp_path / "my 100% project"
    folder.mkdir()
    laboratory = Laboratory(folder, cluster)
    laboratory.submit("--workers", "1")
    laboratory.wait_until_trained()
    assert laboratory.log()


def test_a_site_fills_its_own_form(laboratory):
    laboratory.write("site.sh", "#!/bin/bash\n@options@\nexport SITE=ours\n@setup@\nmodule() { echo module \"$@\" of $SITE; }\n@worker@\n")
    laboratory.submit("--workers", "1", "--template", "site.sh", "--container", "env WITHIN=container", "--sbatch=--comment=ours")
    laboratory.wait_until_trained()


@pytest.mark.parametrize("arguments, said", [
    (["--workers", "2", "--partition", "nope"], "`sinfo` lists the partitions"),
    (["--workers", "200"], "fewer --workers"),
    (["--workers", "2", "--cpus-per-worker", "64"], "fewer --cpus-per-worker"),
    (["--workers", "2", "--sbatch=--nonsense"], "--dry-run` prints the script"),
])
def test_a_rejected_submission_says_what_to_do(laboratory, arguments, said):
    failed = laboratory.pbt("launch", "slurm", "experiment.toml", *arguments, expect=1).stderr
    assert "sbatch failed" in failed and said in failed
    assert "has no job of Slurm" in laboratory.pbt("launch", "status", "toy", expect=2).stderr


def test_a_time_limit_in_mid_turn_loses_nothing(limited):
    limited.wait_for(lambda: cut_short(limited), "the warning", 90)
    limited.be_quick()
    limited.wait_until_trained()
    assert limited.restarts(0) + limited.restarts(1) > 0
    assert "DUE TO TIME LIMIT" not in limited.log(0) + limited.log(1)


@pytest.mark.long
def test_a_node_that_dies_gives_its_workers_to_another(tmp_path, tmp_path_factory):
    """Slurm takes SlurmdTimeout to notice; the lease of the dead runs out meanwhile."""
    with Cluster(tmp_path_factory.mktemp("dying"), node_timeout_s=60) as cluster:
        laboratory = Laboratory(tmp_path, cluster)
        laboratory.be_slow()
        job = laboratory.submit("--workers", "1")
        laboratory.wait_until_training()
        node = laboratory.elements()["0"]["nodes"]
        # What a power cut does to all of a node: the daemon, the job's keeper and what runs under it.
        keepers = [int(pid) for pid in cluster.run("pgrep", "-f", rf"slurmstepd: \[{job}\.").stdout.split()]
        children = [int(pid) for keeper in keepers for pid in cluster.run("pgrep", "-P", str(keeper), check=False).stdout.split()]
        grandchildren = [int(pid) for child in children for pid in cluster.run("pgrep", "-P", str(child), check=False).stdout.split()]
        cluster.processes[f"slurmd-{node}"].kill()
        for process in keepers + children + grandchildren:
            os.kill(process, signal.SIGKILL)
        laboratory.wait_for(lambda: laboratory.elements()["0"]["state"] == "PENDING", "the controller's notice", 300)
        laboratory.be_quick()
        laboratory.wait_until_trained(400)
