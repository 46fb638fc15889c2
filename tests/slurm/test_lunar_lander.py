"""The main job on a cluster: LunarLander by four elements of a Slurm array, with the record in PostgreSQL, through everything that a site does to
jobs. Five minutes."""

import sys

import pytest
from conftest import ROOT, Laboratory

sys.path.append(str(ROOT / "tests" / "postgres"))
from server import Server, passable_folder  # noqa: E402

TRAINER = ROOT / "build" / "trainers" / "rl"


@pytest.mark.long
@pytest.mark.skipif(not TRAINER.exists(), reason="the reference trainers are not built")
def test_lunar_lander_is_learnt_through_signals_requeues_and_time_limits(cluster):
    with passable_folder() as folder, Server(folder / "server") as server:
        laboratory = Laboratory(folder, cluster)
        laboratory.name, laboratory.budget, laboratory.overshoot = "lander", 1_000_000, 5_000
        laboratory.environment["PBT_STORE"] = server.url
        text = (ROOT / "trainers" / "rl" / "lander.toml").read_text()
        laboratory.write("experiment.toml", text.replace("../../build/trainers/rl", str(TRAINER)).replace("count = 2", "count = 1"))
        job = laboratory.submit("--workers", "4", "--warning", "10s", "--sbatch=--time=2")

        def turns(partial):
            return sum(turn["partial"] == partial for turn in laboratory.turns("lander"))

        laboratory.wait_for(lambda: turns(partial=False) >= 8, "the first turns", 120)
        cluster.run("scancel", "--signal=USR1", "--batch", f"{job}_1")
        laboratory.wait_for(lambda: turns(partial=True) >= 1, "a turn that a signal cut short")
        cluster.run("scontrol", "requeue", f"{job}_2")
        laboratory.wait_for(lambda: turns(partial=True) >= 2, "a turn that a requeue cut short")
        cut = turns(partial=True)
        laboratory.wait_until_trained(900)

        assert turns(partial=True) > cut, "no time limit came in the middle of a turn"
        assert min(laboratory.restarts(1), laboratory.restarts(2)) >= 1
        assert "DUE TO TIME LIMIT" not in "".join(laboratory.log(element) for element in range(4))
        assert len({turn["worker"] for turn in laboratory.turns("lander")}) >= 4
        best = laboratory.json("best", "lander")
        print(f"best {best['score']:.1f}, {turns(False)} whole turns and {turns(True)} that were cut short")
        assert best["score"] > 200
