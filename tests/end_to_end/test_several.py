"""Several experiments in one store: workers for some or any of them, and one that begins where another ended."""

import json

from conftest import read_until


def states(house):
    return {name: json.loads(house.pbt("status", name, "--json").stdout)["state"] for name in ("toy", "second", "third")}


def begin(house, *names):
    """Records the experiments; nobody trains them any more, and none has a turn."""
    house.close_gate("True")
    for name in names:
        house.edit({'name = "toy"': f'name = "{name}"', "max_failures = 2": "max_failures = 1"})
        run = house.start("run", "experiment.toml")
        house.await_at_gate(2, run)
        run.kill()
        run.wait()
        for waited in house.folder.glob("waits-*"):
            waited.unlink()
    house.open_gate()


def test_a_worker_serves_those_that_are_named(house):
    store = house.environment["PBT_STORE"] = f"sqlite:{house.folder}/all.db"
    begin(house, "toy", "second", "third")
    house.pbt("worker", store, "toy", "second")
    assert states(house) == {"toy": "done", "second": "done", "third": "running"}


def test_a_worker_serves_any_and_leaves_when_idle(house):
    store = house.environment["PBT_STORE"] = f"sqlite:{house.folder}/all.db"
    begin(house, "toy", "second", "third")
    house.pbt("pause", "third")
    house.pbt("worker", store, "--exit-when-idle")
    assert states(house) == {"toy": "done", "second": "done", "third": "paused"}


def test_a_new_experiment_begins_with_the_best_of_another(house):
    store = house.environment["PBT_STORE"] = f"sqlite:{house.folder}/all.db"
    house.pbt("run", "experiment.toml")
    best = json.loads(house.pbt("best", "--json").stdout)
    house.edit({'name = "toy"': 'name = "second"', "steps = 50": "steps = 10"})
    house.pbt("run", "experiment.toml", "--warm-start", "toy", "--best", "1")
    first = [turn for turn in house.turns("second") if turn["turn"] == 1 and turn["member"] == 0][0]
    assert first["hyperparameters"]["lr"] == best["hyperparameters"]["lr"]
    assert first["score"] > best["score"]  # its weights go on growing from there
    others = [turn for turn in house.turns("second") if turn["turn"] == 1 and turn["member"] != 0]
    assert all(turn["score"] < best["score"] for turn in others)
    house.pbt("run", "experiment.toml", "--warm-start", "toy", "--best", "1")  # the same command goes on
    assert "healthy" in house.pbt("doctor", "second", "--store", store).stdout


def test_a_warm_start_says_what_it_cannot_begin_with(house):
    house.environment["PBT_STORE"] = f"sqlite:{house.folder}/all.db"
    house.pbt("run", "experiment.toml")
    house.edit({'name = "toy"': 'name = "second"'})
    assert "nowhere" in house.pbt("run", "experiment.toml", "--warm-start", "nowhere", expect=2).stderr


def test_a_machine_without_what_is_needed_says_so_and_trains_nothing(house):
    house.edit({"[workers]": '[workers]\nneeds = { memory = "900000 GB" }'})
    said = house.pbt("run", "experiment.toml", expect=1).stderr
    assert "of memory" in said and "[workers] needs" in said
    assert house.turns() == []


def test_a_worker_is_drained_after_its_turn(house):
    house.close_gate("turn.index == 1")
    house.environment["PBT_STORE"] = f"sqlite:{house.folder}/all.db"
    run = house.start("run", "experiment.toml", "-j", "1")
    house.await_at_gate(1, run)
    worker = next(member["worker"] for member in house.json("status", "toy")["members"] if member["worker"])
    house.pbt("worker", "--drain", worker)
    read_until(run, "Draining")
    house.open_gate()
    assert run.wait(timeout=60) == 130
    assert [turn["partial"] for turn in house.turns()] == [False]


def test_only_workers_of_this_machine_are_drained(house):
    assert "no worker of this machine" in house.pbt("worker", "--drain", "elsewhere.0000-17-0", expect=2).stderr
