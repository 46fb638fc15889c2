"""Every kind of bad input: a clear error or a recorded failure, a documented exit status, and nothing lost that was recorded."""

import contextlib
import os
import sqlite3

import pytest

# change to the experiment file -> what the error must say
WRONG_FILES = {
    "unknown key": ({"interval = 10": "intervall = 10"}, ["intervall", "interval"]),
    "a name of Ray Tune": ({"interval = 10": "perturbation_interval = 10"}, ["perturbation_interval", "interval"]),
    "wrong type": ({"population = 4": 'population = "four"'}, ["population", "integer"]),
    "empty range": ({"high = 1.0": "high = 1e-3"}, ["lr", "low"]),
    "reversed range": ({"high = 1.0": "high = 1e-4"}, ["lr", "low"]),
    "log scale from zero": ({"low = 1e-3": "low = 0.0"}, ["lr", "log"]),
    "no TOML at all": ({"population = 4": "population 4"}, ["experiment.toml", "experiment.toml:3:12"]),
    "duplicate names": ({"[algorithm]": "lr = 3\n[algorithm]"}, ["lr"]),
    "a population of one that exploits": ({"population = 4": "population = 1"}, ["population", "exploit"]),
    "interval larger than steps": ({"interval = 10": "interval = 100"}, ["interval", "steps"]),
    "no command": ({'"train.py"]': '"train.py"]\n#', 'command =': '#'}, ["command"]),
    "unknown strategy": ({'"truncation"': '"truncate"'}, ["truncate", "truncation"]),
    "unknown exploit option": ({"fraction = 0.25": "quantile_fraction = 0.25"}, ["quantile_fraction", "fraction"]),
    "no objective": ({'metric = "score"': ""}, ["metric"]),
    "negative budget": ({"steps = 50": "steps = -50"}, ["steps"]),
    "a constraint nobody can meet": ({"population = 4": 'population = 4\nconstraints = ["lr > 2"]'}, ["lr > 2"]),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_wrong_experiment_file_is_refused_before_anything_is_made(house, what):
    changes, words = WRONG_FILES[what]
    house.edit(changes)
    error = house.pbt("run", "experiment.toml", expect=2).stderr
    for word in words:
        assert word in error, error
    assert not (house.folder / "runs").exists()


FLAGS = {
    ("run", "missing.toml"): "missing.toml",
    ("run", "nothing-here"): "nothing-here",
    ("run", "x", "--steps", "10", "--maximize", "score", "-p", "lr=1..0", "--", "true"): "lr",
    ("run", "x", "--steps", "10", "--maximize", "score", "-p", "lr", "--", "true"): "lr",
    ("run", "x", "--steps", "many", "--", "true"): "steps",
    ("run", "../escape", "--steps", "10", "--maximize", "score", "-p", "lr=0..1", "--", "true"): "name",
    ("run", "experiment.toml", "--population", "3"): "describes",
    ("best",): "experiment",
    ("status", "nobody"): "nobody",
    ("stats",): "status",
    ("run", "experiment.toml", "-j", "0"): "",
    ("worker", "mysql://x", "toy"): "postgresql",
    ("--plugin", "nothing.so", "run", "experiment.toml"): "nothing.so",
}


@pytest.mark.parametrize("arguments", FLAGS, ids=" ".join)
def test_wrong_usage_is_refused_with_status_2(house, arguments):
    error = house.pbt(*arguments, expect=2).stderr
    assert FLAGS[arguments] in error, error
    assert not (house.folder / "runs").exists()


RAW = """
import json, os, socket
s = socket.socket(socket.AF_UNIX)
s.connect(os.environ["PBT_SOCKET"])
f = s.makefile("rw")
def say(**message):
    f.write(json.dumps(message) + "\\n")
    f.flush()
say(type="hello", protocol=1)
for line in f:
    for t in json.loads(line).get("turns", []):
        if SAVES:
            open(t["save"] + "/x", "w").write("x")
        say(**dict({"type": "result", "id": t["id"], "step": t["from_step"] + t["steps"], "metrics": {"score": 1}}, **RESULT))
"""


def raw(saves=True, **result):
    """A trainer without our client, which would notice by itself."""
    return RAW.replace("SAVES", repr(saves)).replace("RESULT", repr(result))


# a trainer -> kind of the recorded failure, what it must say
BAD_TRAINERS = {
    "exits at once": ("raise SystemExit(3)", "crash", "3"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", "crash", "SIGKILL"),
    "writes garbage into the protocol": (
        "import os, socket; s = socket.socket(socket.AF_UNIX); s.connect(os.environ['PBT_SOCKET']); s.send(b'what?\\n'); s.recv(1)",
        "protocol", "what?"),
    "never says hello": ("import time; time.sleep(1000)", "timeout", "hello"),
    "reports no metric": (raw(metrics={}), "no_metric", "score"),
    "reports another metric": (raw(metrics={"scores": 1.0}), "no_metric", "scores"),
    "reports another metric through the client": (
        "import pbt\nfor t in pbt.turns(lr=1.0):\n  with t:\n    (t.save / 'x').write_text('x'); list(t.steps()); t.finish(scores=1.0)",
        "reported", "scores"),
    "saves nothing": (raw(saves=False), "checkpoint", "saved nothing"),
    "saves nothing through the client": (
        "import pbt\nfor t in pbt.turns(lr=1.0):\n  with t:\n    list(t.steps()); t.finish(score=1.0)", "reported", "nothing was saved"),
    "saves a link out of its folder": (
        "import pbt\nfor t in pbt.turns(lr=1.0):\n  with t:\n    (t.save / 'x').symlink_to('/etc/passwd'); list(t.steps()); t.finish(score=1.0)",
        "checkpoint", "symbolic link"),
    "trains fewer steps": (raw(step=7), "too_few_steps", "7"),
    "raises": ("import pbt\nfor t in pbt.turns(lr=1.0):\n  with t:\n    raise RuntimeError('CUDA out of memory')", "reported", "CUDA out of memory"),
    "keeps another learning rate": (raw(hyperparameters={"lr": 77.0}), "not_in_effect", "77"),
}


@pytest.mark.parametrize("what", BAD_TRAINERS)
def test_a_bad_trainer_is_a_recorded_failure_that_ends_the_experiment_with_its_words(house, what):
    source, kind, words = BAD_TRAINERS[what]
    house.write("train.py", source)
    house.edit({'"train.py"]': '"train.py"]\nhello_timeout = 5\n' if what != "never says hello" else '"train.py"]\nhello_timeout = 0.5\n'})
    error = house.pbt("run", "experiment.toml", expect=1).stderr
    assert words in error, error
    export = house.json("export", "toy", "--format", "json")
    assert {failure["failure"] for failure in export["failures"]} == {kind}
    assert export["turns"] == []
    assert house.json("status", "toy")["state"] == "failed"


def test_a_hanging_turn_is_killed_at_its_time_out(house):
    house.write("train.py", "import pbt, time\nfor t in pbt.turns(lr=1.0):\n  with t:\n    time.sleep(1000)")
    house.edit({'"train.py"]': '"train.py"]\nturn_timeout = 0.5\ncancel_timeout = 0.1\n'})
    assert "turn_timeout" in house.pbt("run", "experiment.toml", expect=1).stderr


def test_a_trainer_that_diverges_goes_on_as_the_worst(house):
    house.write("train.py", """
        import pbt
        for turn in pbt.turns(lr=0.1):
            with turn:
                (turn.save / "x").write_text("x")
                list(turn.steps())
                turn.finish(score=float("nan") if turn.member == 0 else 1.0)
    """)
    house.pbt("run", "experiment.toml")
    assert all(turn["score"] is None for turn in house.turns() if turn["member"] == 0)
    assert house.json("best")["member"] != 0


@pytest.mark.parametrize("change", [{"high = 1.0": "high = 0.5"}, {'metric = "score"': 'metric = "loss"'}, {"population = 4": "population = 5"},
                                    {"interval = 10": "interval = 5"}, {'mode = "max"': 'mode = "min"'}])
def test_a_change_of_what_the_record_depends_on_is_refused(house, change):
    house.pbt("run", "experiment.toml")
    house.edit(change)
    error = house.pbt("run", "experiment.toml", expect=2).stderr
    assert "changed since the run" in error and list(change)[0].split(" ")[0] in error, error
    assert len(house.turns("toy")) == 20


def break_not_ours(path):
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("create table recipes (name text)")


def break_newer(path):
    with contextlib.closing(sqlite3.connect(path)) as ours:
        ours.execute("pragma user_version = 9999")
        ours.commit()


def break_text(path):
    path.write_bytes(b"not a database, but long enough to look like a file of some kind" * 100)


def break_corrupt(path):
    with contextlib.closing(sqlite3.connect(path)) as ours:
        ours.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


@pytest.mark.parametrize("how", [break_not_ours, break_newer, break_text, break_corrupt])
def test_a_database_that_is_not_as_it_should_be_is_named_and_left_alone(house, how):
    house.pbt("run", "experiment.toml")
    database = house.folder / "runs" / "toy" / "pbt.db"
    for side in ("-wal", "-shm"):
        if (house.folder / "runs" / "toy" / ("pbt.db" + side)).exists() and how in (break_text, break_not_ours):
            (house.folder / "runs" / "toy" / ("pbt.db" + side)).unlink()
    how(database)
    before = database.read_bytes()
    for command in (("run", "experiment.toml"), ("status", "toy"), ("best", "toy")):
        error = house.pbt(*command, expect=1).stderr
        assert "pbt.db" in error, error
    assert database.read_bytes() == before


def test_a_read_only_store_is_named(house, monkeypatch):
    house.pbt("run", "experiment.toml")
    for path in (house.folder / "runs" / "toy").glob("pbt.db*"):
        path.chmod(0o444)
    (house.folder / "runs" / "toy").chmod(0o555)
    if os.geteuid() == 0:  # to whom nothing is read-only: be somebody else
        for folder in [house.folder, *house.folder.parents][:3]:
            folder.chmod(0o755)
        house.become = ["setpriv", "--reuid=65534", "--clear-groups"]
    error = house.pbt("pause", "toy", expect=1).stderr
    assert "pbt.db" in error and "read-only" in error.lower(), error
    (house.folder / "runs" / "toy").chmod(0o755)
