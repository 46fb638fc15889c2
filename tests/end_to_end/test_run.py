"""What people do with a run: train, interrupt, resume, join, pause, look."""

import json
import os
import pathlib
import signal

from conftest import ROOT, read_until


def steps_of_members(turns):
    steps = {}
    for turn in turns:
        steps[turn["member"]] = steps.get(turn["member"], 0) + turn["to_step"] - turn["from_step"]
    return steps


def test_trains_every_member_and_says_who_is_best(house):
    house.pbt("run", "experiment.toml")
    best = house.json("best")
    assert best["score"] == max(turn["score"] for turn in house.turns())
    assert (pathlib.Path(best["checkpoint"]) / "theta").exists()
    assert steps_of_members(house.turns()) == {member: 50 for member in range(4)}


def test_copies_start_from_the_donors_weights_with_their_own_hyperparameters(house):
    house.pbt("run", "experiment.toml")
    turns = {(turn["member"], turn["turn"]): turn for turn in house.turns()}
    copies = 0
    for turn in turns.values():
        parent = turn["parent"]
        before = turns[(parent["member"], parent["turn"])]["score"] if parent else 0
        assert abs(turn["score"] - before - 10 * turn["hyperparameters"]["lr"]) < 1e-9
        copies += parent is not None and parent["member"] != turn["member"]
    assert copies > 0


def test_the_same_command_resumes_and_then_has_nothing_to_do(house):
    process = house.start("run", "experiment.toml")
    read_until(process, ".t2 ")
    process.send_signal(signal.SIGKILL)
    process.wait()
    house.pbt("run", "experiment.toml")
    assert steps_of_members(house.turns()) == {member: 50 for member in range(4)}
    count = len(house.turns())
    assert "budget" in house.pbt("run", "experiment.toml").stdout
    assert len(house.turns()) == count
    house.pbt("doctor", "toy")


def test_an_interrupt_saves_running_turns_and_exits_130(house):
    house.edit({"interval = 10": "interval = 1_000_000_000_000", "steps = 50": "steps = 1_000_000_000_000"})
    house.write("train.py", """
        import pbt
        def train(turn):
            theta = float((turn.load / "theta").read_text()) if turn.load else 0.0
            print("training", flush=True)
            for step in turn.steps():
                theta += turn["lr"]
            (turn.save / "theta").write_text(repr(theta))
            turn.finish(score=theta)
        pbt.serve(train, lr=0.1)
    """)
    process = house.start("run", "experiment.toml", "-j", "1")
    log = house.folder / "runs" / "toy" / "logs" / "member-0.log"
    house.wait_until(lambda: log.exists() and "training" in log.read_text(), process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Stopping" in out
    turns = house.turns()
    assert [turn["partial"] for turn in turns] == [True]
    assert 0 < turns[0]["to_step"] < 1_000_000_000_000


def processes_that_trained(turns):
    return {turn["worker"].rsplit("-", 1)[0] for turn in turns}


def test_two_runs_of_one_experiment_share_the_work(house):
    house.close_gate("turn.index == 2")
    both = house.start("run", "experiment.toml"), house.start("run", "experiment.toml")
    house.await_at_gate(4, *both)
    house.open_gate()
    for process in both:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    turns = house.turns()
    assert len({(turn["member"], turn["turn"]) for turn in turns}) == len(turns) == 20
    assert len(processes_that_trained(turns)) == 2


def test_a_worker_joins_and_leaves(house):
    house.close_gate("turn.index == 2")
    run = house.start("run", "experiment.toml", "-j", "1")
    house.await_at_gate(1, run)
    worker = house.start("worker", "sqlite:runs/toy/pbt.db", "toy", "--exit-when-idle")
    house.await_at_gate(2, run, worker)
    house.open_gate()
    for process in (run, worker):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    assert len(processes_that_trained(house.turns())) == 2
    house.pbt("doctor", "toy")


def test_sixty_four_members_advance_together(house):
    for name, workers, apart in (("alone", 1, 1), ("two", 2, 5)):  # of two workers one may stand still for a while
        house.edit({'"toy"': f'"{name}"', "population = 4": "population = 64"})
        house.pbt("run", "experiment.toml", "-j", str(workers))
        done = {member: 0 for member in range(64)}
        for turn in house.turns(name):
            done[turn["member"]] += 1
            assert max(done.values()) - min(done.values()) <= apart
        assert set(done.values()) == {5}


def test_a_synchronous_run_repeats_bit_for_bit_whatever_the_workers_and_kills(house):
    def essence(name):
        kept = ("member", "turn", "parent", "from_step", "to_step", "hyperparameters", "score", "metrics", "decision", "donor")
        return sorted(json.dumps({key: turn[key] for key in kept}) for turn in house.turns(name))

    for name in ("one", "two"):
        house.edit({'name = "toy"': f'name = "{name}"\nsynchronous = true'})
        if name == "two":
            process = house.start("run", "experiment.toml", "-j", "3")
            read_until(process, ".t3 ")
            process.send_signal(signal.SIGKILL)
            process.wait()
        house.pbt("run", "experiment.toml", "-j", "1" if name == "one" else "3")
    assert essence("one") == essence("two")


def test_pause_holds_the_workers_and_unpause_lets_them_go_on(house):
    house.close_gate("turn.index == 2")
    process = house.start("run", "experiment.toml")
    house.await_at_gate(2, process)
    house.pbt("pause", "toy")
    house.open_gate()
    read_until(process, ".t2 ")
    read_until(process, ".t2 ")
    assert house.json("status", "toy")["state"] == "paused"
    assert max(turn["turn"] for turn in house.turns()) == 2
    assert process.poll() is None
    house.pbt("unpause", "toy")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(house.turns()) == 20


def test_stop_ends_the_workers_and_run_takes_it_up_again(house):
    house.close_gate("turn.index == 2")
    process = house.start("run", "experiment.toml")
    house.await_at_gate(2, process)
    house.pbt("stop", "toy")
    house.open_gate()
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert max(turn["turn"] for turn in house.turns()) == 2
    house.pbt("run", "toy")
    assert len(house.turns()) == 20


def test_a_raised_budget_goes_on_where_it_ended(house):
    house.pbt("run", "experiment.toml")
    house.edit({"steps = 50": "steps = 80"})
    assert "changed since the run began" in house.pbt("run", "experiment.toml").stdout
    assert steps_of_members(house.turns()) == {member: 80 for member in range(4)}


def test_a_run_that_prints_json_prints_nothing_else(house):
    house.pbt("run", "experiment.toml")
    house.edit({"steps = 50": "steps = 70"})
    said = [json.loads(line) for line in house.pbt("run", "experiment.toml", "--json").stdout.splitlines()]
    assert said[-1]["steps_done"] == 4 * 70


def test_flags_alone_describe_an_experiment(house):
    house.pbt("run", "digits", "--population", "3", "-j", "2", "--steps", "20", "--interval", "10", "--maximize", "score",
              "-p", "lr=1e-3..1:log", "--", "python3", "train.py")
    assert steps_of_members(house.turns("digits")) == {0: 20, 1: 20, 2: 20}
    assert house.json("status", "digits")["state"] == "done"


def test_the_shell_example_needs_no_client(house):
    house.pbt("run", str(ROOT / "examples" / "02_any_language" / "experiment.toml"))
    assert house.json("best")["score"] > 1.15


def test_a_ray_schedule_is_one_array_a_line(house):
    house.pbt("run", "experiment.toml")
    for line in house.pbt("schedule", "toy", "--format", "ray").stdout.splitlines():
        target, clone, target_step, clone_step, old, new = json.loads(line)
        assert isinstance(target, str) and isinstance(clone, str)
        assert isinstance(target_step, int) and isinstance(clone_step, int)
        assert set(old) == set(new) == {"lr"}


def test_trainers_end_when_pbt_is_killed(house):
    house.write("train.py", """
        import os, subprocess, sys, time
        import pbt
        def train(turn):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
            print("child", child.pid, "mine", os.getpid(), flush=True)
            time.sleep(1000)
        pbt.serve(train, lr=0.1)
    """)
    process = house.start("run", "experiment.toml", "-j", "1")
    log = house.folder / "runs" / "toy" / "logs" / "member-0.log"
    house.wait_until(lambda: log.exists() and "mine" in log.read_text(), process)
    words = log.read_text().split()
    pids = [int(words[words.index("child") + 1]), int(words[words.index("mine") + 1])]
    process.kill()
    process.wait()
    house.wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids))
