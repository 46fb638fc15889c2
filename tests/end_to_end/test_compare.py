"""Experiments held against one another, and pictures of one."""

import json
import pathlib
import re
import shutil

import pytest

from conftest import PROGRAM, ROOT

GREED = pathlib.Path(PROGRAM).parent / "examples" / "greed"


def take_greed(house, name):
    """The example's file and what it extends, with the built trainer."""
    for file in ("pbt", name):
        text = (ROOT / "examples" / "05_greed" / f"{file}.toml").read_text()
        house.write(f"{file}.toml", text.replace("../../build/examples/greed", str(GREED)))


def test_says_that_greedy_pbt_loses_where_it_must(house):
    take_greed(house, "pbt")
    take_greed(house, "random")
    said = house.pbt("compare", "pbt.toml", "random.toml", "--seeds", "5", "--json").stdout
    comparison = json.loads(said.splitlines()[-1])
    greedy, random = comparison["methods"]
    assert comparison["evaluated"] and comparison["budget"] == 10_000
    assert random["final"] > greedy["final"]
    assert random["better"] == 1.0 and random["better_interval"][0] > 0.5
    assert random["reference_reached_it_at"] is None
    assert [run["seed"] for run in greedy["runs"]] == [1, 2, 3, 4, 5]
    folder = house.folder / "runs" / "compare"
    assert {"comparison.txt", "comparison.json", "curves.csv", "curves.svg"} <= {path.name for path in folder.iterdir()}

    # The same command reads what is there, and trains nothing.
    again = house.pbt("compare", "pbt.toml", "random.toml", "--seeds", "5", "--json").stdout
    assert json.loads(again) == comparison


def test_holds_recorded_experiments_against_each_other(house):
    for name in ("pbt", "random"):
        take_greed(house, name)
        house.pbt("run", f"{name}.toml")
    said = house.pbt("compare", "greedy-pbt", "greedy-random", "--equal", "wall").stdout
    assert "at equal training time" in said
    assert re.search(r"(?m)^greedy-random +random +1 ", said)


def test_refuses_what_cannot_be_compared(house):
    take_greed(house, "pbt")
    take_greed(house, "random")
    house.write("loss.toml", (house.folder / "random.toml").read_text() + '[objective]\nmetric = "loss"\n')
    assert "needs one objective" in house.pbt("compare", "pbt.toml", "loss.toml", expect=2).stderr
    assert 'both named "greedy-pbt"' in house.pbt("compare", "pbt.toml", "pbt.toml", expect=2).stderr
    house.pbt("compare", "random.toml", "--seeds", "1")
    house.write("random.toml", "interval = 20\n" + (house.folder / "random.toml").read_text())
    refused = house.pbt("compare", "random.toml", "--seeds", "1", expect=2).stderr
    assert "interval: 10 -> 20" in refused and "--output" in refused


def test_an_evaluation_may_come_later_and_knows_one_model_from_another(house):
    for name in ("pbt", "random"):
        take_greed(house, name)
    evaluation = (house.folder / "pbt.toml").read_text()
    without = re.sub(r"(?s)\[evaluation\].*?\n\n", "", evaluation)
    house.write("pbt.toml", without)
    command = ("compare", "pbt.toml", "random.toml", "--seeds", "1", "--json")
    assert not json.loads(house.pbt(*command).stdout.splitlines()[-1])["evaluated"]
    house.write("pbt.toml", evaluation.replace(str(GREED), "./absent", 2).replace("./absent", str(GREED), 1))
    missing = house.pbt(*command, expect=1).stderr
    assert "the evaluation's program" in missing and "correct evaluation.command" in missing
    house.write("pbt.toml", evaluation)
    first = json.loads(house.pbt(*command).stdout)  # trains nothing
    assert first["evaluated"]

    shutil.rmtree(house.folder / "runs" / "compare" / "greedy-random-seed-1")
    house.write("random.toml", (house.folder / "random.toml").read_text() + "[hyperparameters]\nlearning_rate = 0.5\n")
    again = json.loads(house.pbt(*command).stdout.splitlines()[-1])
    final, tuned = (again["methods"][1]["runs"][0][key] for key in ("final", "tuned"))
    assert final == pytest.approx(tuned, abs=1e-5), "the toy has no noise: another final would be another model's"


def test_refuses_evaluations_by_different_metrics(house):
    take_greed(house, "pbt")
    take_greed(house, "random")
    house.write("random.toml", (house.folder / "random.toml").read_text() + '[evaluation]\nmetric = "other"\n')
    assert "needs one [evaluation] metric" in house.pbt("compare", "pbt.toml", "random.toml", expect=2).stderr


def test_draws_a_population(house):
    take_greed(house, "pbt")
    house.pbt("run", "pbt.toml")
    drawn = json.loads(house.pbt("plot", "--json").stdout)["files"]
    assert [pathlib.Path(file).name for file in drawn] == ["curves.svg", "schedules.svg", "lineage.svg"]
    assert all(pathlib.Path(file).read_text().startswith("<svg ") for file in drawn)
    house.pbt("plot", "--picture", "lineage", "--format", "png", "--output", "pictures")
    assert (house.folder / "pictures" / "lineage.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in (house.folder / "pictures").iterdir()] == ["lineage.png"]


def test_says_what_to_install_for_a_png(house, tmp_path):
    take_greed(house, "pbt")
    house.pbt("run", "pbt.toml")
    (tmp_path / "bin").mkdir()
    house.environment["PATH"] = str(tmp_path / "bin")
    refused = house.pbt("plot", "--format", "png", expect=1).stderr
    assert "librsvg2-bin" in refused and ".svg needs nothing" in refused
