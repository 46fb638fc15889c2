"""What people do with a run: train, interrupt, resume, join, pause, look."""

import contextlib
import json
import os
import pathlib
import pty
import signal
import subprocess
import time

from conftest import PROGRAM, ROOT


def read_until(process, words):
    """The output up to a line with `words`; fails when the program ends before."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if words in line:
            return seen
    raise AssertionError(f"ended without {words!r}: {''.join(seen)}{process.stderr.read()}")


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
    house.edit({"interval = 10": "interval = 10_000_000", "steps = 50": "steps = 10_000_000"})
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
    while not (log.exists() and "training" in log.read_text()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Stopping" in out
    turns = house.turns()
    assert [turn["partial"] for turn in turns] == [True]
    assert 0 < turns[0]["to_step"] < 10_000_000


def on_a_terminal(house, *arguments):
    """What the program writes where standard output is one."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([PROGRAM, *arguments], cwd=house.folder, env=house.environment, stdin=subprocess.DEVNULL, stdout=theirs)
    house.started.append(process)
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError), open(ours, "rb", buffering=0) as terminal:  # Linux's error at its end
        while more := terminal.read(65_536):
            written += more
    assert process.wait() == 0
    return written.decode()


def test_a_terminal_shows_a_live_table_and_one_that_mpirun_shares_shows_lines(house):
    house.environment["TERM"] = "xterm"
    assert "\x1b[F" in on_a_terminal(house, "run", "experiment.toml")
    house.edit({'name = "toy"': 'name = "second"'})
    house.environment["OMPI_COMM_WORLD_SIZE"] = "3"
    shared = on_a_terminal(house, "run", "experiment.toml")
    assert "\x1b" not in shared
    assert sum(line.startswith("m") for line in shared.splitlines()) == 20


def test_two_runs_of_one_experiment_share_the_work(house):
    first, second = house.start("run", "experiment.toml"), house.start("run", "experiment.toml")
    for process in (first, second):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
    turns = house.turns()
    assert len({(turn["member"], turn["turn"]) for turn in turns}) == len(turns) == 20
    assert len({turn["worker"].rsplit("-", 1)[0] for turn in turns}) == 2


def test_a_worker_joins_and_leaves(house):
    process = house.start("run", "experiment.toml", "-j", "1")
    read_until(process, ".t1 ")
    house.pbt("worker", "sqlite:runs/toy/pbt.db", "toy", "--exit-when-idle")
    process.communicate(timeout=120)
    assert process.returncode == 0
    house.pbt("doctor", "toy")


def test_sixty_four_members_on_two_workers_advance_together(house):
    house.edit({"population = 4": "population = 64"})
    house.pbt("run", "experiment.toml")
    done = {member: 0 for member in range(64)}
    for turn in house.turns():
        done[turn["member"]] += 1
        assert max(done.values()) - min(done.values()) <= 2
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
    process = house.start("run", "experiment.toml")
    read_until(process, ".t1 ")
    house.pbt("pause", "toy")
    assert house.json("status", "toy")["state"] == "paused"
    assert process.poll() is None
    house.pbt("unpause", "toy")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(house.turns()) == 20


def test_stop_ends_the_workers_and_run_takes_it_up_again(house):
    process = house.start("run", "experiment.toml")
    read_until(process, ".t1 ")
    house.pbt("stop", "toy")
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(house.turns()) < 20
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
    while not (log.exists() and "mine" in log.read_text()):
        assert process.poll() is None
        time.sleep(0.01)
    words = log.read_text().split()
    pids = [int(words[words.index("child") + 1]), int(words[words.index("mine") + 1])]
    process.kill()
    process.wait()
    deadline = time.monotonic() + 30
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):
        assert time.monotonic() < deadline, "trainers outlived pbt"
        time.sleep(0.01)
