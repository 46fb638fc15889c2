"""The recipe for Weights & Biases, offline, and what W&B itself reads in the files that it left. Run by an interpreter that has it
(scripts/python-environment --tests); skipped by others."""

import collections
import json
import re
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

pytest.importorskip("wandb")
from wandb.proto import wandb_internal_pb2  # noqa: E402
from wandb.sdk.internal.datastore import DataStore  # noqa: E402

EXAMPLE = ROOT / "examples" / "06_wandb"
GUIDE = ROOT / "docs" / "guides" / "wandb.md"


def records(file):
    store = DataStore()
    store.open_for_scan(str(file))
    for data in iter(store.scan_data, None):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        yield record


def values(items):
    return {"/".join([item.key, *item.nested_key]).strip("/"): json.loads(item.value_json) for item in items}


def read_runs(folder):
    """By run id: what each of the run's pieces says, in the order in which they began."""
    runs = collections.defaultdict(list)
    for file in folder.glob("wandb/offline-run-*/run-*.wandb"):
        piece = {"history": [], "config": {}}
        for record in records(file):
            kind = record.WhichOneof("record_type")
            if kind == "run":
                piece["run"] = record.run
                piece["config"] |= values(record.run.config.update)
            elif kind == "config":
                piece["config"] |= values(record.config.update)
            elif kind == "history":
                piece["history"].append(values(record.history.item))
            elif kind == "exit":
                piece["exit"] = record.exit.exit_code
        runs[piece["run"].run_id].append(piece)
    for pieces in runs.values():
        pieces.sort(key=lambda piece: piece["run"].start_time.ToNanoseconds())
    return dict(runs)


@pytest.fixture
def example(house):
    shutil.copy(EXAMPLE / "train.py", house.folder)
    text = (EXAMPLE / "experiment.toml").read_text()
    for old, new in {r"population *= .*": "population = 3", r"steps *= .*": "steps = 400", r"interval *= .*": "interval = 200",
                     r'command *= \["python3"': f"command = [{json.dumps(sys.executable)}"}.items():
        text, changed = re.subn(f"(?m)^{old}", lambda _, new=new: new, text)
        assert changed == 1, old
    (house.folder / "experiment.toml").write_text(text)
    house.environment["WANDB_MODE"] = "offline"
    return house


def test_each_member_is_one_run_that_goes_on_across_turns(example):
    example.pbt("run", "experiment.toml")
    turns = sorted(example.turns("line"), key=lambda turn: (turn["member"], turn["turn"]))
    record = f"line-{example.json('status', 'line')['created_ms']}"
    runs = read_runs(example.folder)
    assert sorted(runs) == [f"{record}-member-{member}" for member in range(3)]
    for member in range(3):
        pieces = runs[f"{record}-member-{member}"]
        trained = [turn for turn in turns if turn["member"] == member]
        assert len(pieces) == len(trained) == 2
        for piece, turn in zip(pieces, trained, strict=True):
            run = piece["run"]
            assert (run.display_name, run.run_group, run.project) == (f"member-{member}", record, "pbt")
            assert piece["config"]["learning_rate"] == turn["hyperparameters"]["learning_rate"]
            assert piece["exit"] == 0
            *progress, last = piece["history"]
            assert [entry["step"] for entry in progress] == list(range(turn["from_step"], turn["to_step"], 100))
            wanted = {"step": turn["to_step"], "turn": turn["turn"], "loss": turn["score"],
                      "hyperparameters/learning_rate": turn["hyperparameters"]["learning_rate"]}
            assert wanted.items() <= last.items()


def test_a_turn_that_fails_ends_its_run_as_failed_and_the_repeated_one_goes_on_with_it(example):
    script = (example.folder / "train.py").read_text()
    stumble = """            if turn.member == 1 and step == 250 and not os.path.exists("failed"):
                os.mkdir("failed")
                raise RuntimeError("once only")
"""
    (example.folder / "train.py").write_text(script.replace("            x = draw", stumble + "            x = draw", 1))
    example.pbt("run", "experiment.toml")
    [run] = [pieces for name, pieces in read_runs(example.folder).items() if name.endswith("-member-1")]
    assert [piece["exit"] for piece in run] == [0, 1, 0]


def test_the_script_runs_alone(example):
    done = subprocess.run([sys.executable, "train.py"], cwd=example.folder, env=example.environment, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stderr
    [[piece]] = read_runs(example.folder).values()
    assert piece["history"][-1]["step"] == 2000 and not piece["run"].run_group


def test_the_guide_shows_the_example_as_it_is():
    program = (EXAMPLE / "train.py").read_text()
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2 and all(block in program for block in blocks)
