"""What `pbt export` and `[log] tensorboard` write, read back by the programs that it is for and compared with the JSON export. Run by
an interpreter that has them (scripts/python-environment --tests); skipped by others."""

import re

import pytest
import variety
from conftest import ROOT
from variety import curves, lineages

event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
mlflow = pytest.importorskip("mlflow")
pytest.importorskip("pandas")
from tensorboard.plugins.hparams import metadata  # noqa: E402

GUIDE = ROOT / "docs" / "guides" / "analysis.md"


@pytest.fixture
def trained(house):
    variety.prepare(house)
    house.pbt("run", "experiment.toml")
    return house


def export(house, kind, folder):
    house.pbt("export", kind, folder, "toy")
    return house.folder / folder


# ---- TensorBoard ----


def in_tensorboard(folder):
    """By run: the event files as TensorBoard itself understands them."""
    runs = {}
    for run in sorted(path for path in folder.iterdir() if path.is_dir()):
        assert all(file.name.startswith("events.out.tfevents.") for file in run.iterdir())
        runs[run.name] = event_accumulator.EventAccumulator(str(run), size_guidance={"scalars": 0}).Reload()
    return runs


def scalars(run):
    return {tag: [(event.step, event.value) for event in run.Scalars(tag)] for tag in run.Tags()["scalars"]}


def wanted_of_tensorboard(lineage):
    exact = curves(lineage, "score/{}".format, "metrics/{}".format, "hyperparameters/{}".format)
    # Event files hold single precision.
    return {tag: [(step, pytest.approx(value, rel=1e-6)) for step, value in points] for tag, points in exact.items()}


def assert_whole(house, folder):
    runs = in_tensorboard(folder)
    wanted = lineages(house)
    assert sorted(runs) == [f"member-{member}" for member in sorted(wanted)]
    for member, lineage in wanted.items():
        assert scalars(runs[f"member-{member}"]) == wanted_of_tensorboard(lineage)


def is_whole(house, folder):
    try:
        assert_whole(house, folder)
    except AssertionError:
        return False
    return True


def test_tensorboard_shows_each_members_curves_along_its_lineage(trained):
    folder = export(trained, "tensorboard", "exported")
    assert_whole(trained, folder)
    wanted = lineages(trained)
    assert any(turn["member"] != member for member, lineage in wanted.items() for turn in lineage), "nobody's curve is a donor's"
    for run in in_tensorboard(folder).values():
        for points in scalars(run).values():
            steps = [step for step, _ in points]
            assert steps == sorted(set(steps))


def test_tensorboard_shows_when_turns_ended(trained):
    runs = in_tensorboard(export(trained, "tensorboard", "exported"))
    for member, lineage in lineages(trained).items():
        times = [event.wall_time for event in runs[f"member-{member}"].Scalars("score/score")]
        assert times == [turn["ended_ms"] / 1000 for turn in lineage]


def test_tensorboards_hparams_plugin_reads_the_hyperparameters_that_a_lineage_began_with(trained):
    runs = in_tensorboard(export(trained, "tensorboard", "exported"))
    for member, lineage in lineages(trained).items():
        content = runs[f"member-{member}"].PluginTagToContent(metadata.PLUGIN_NAME)[metadata.SESSION_START_INFO_TAG]
        session = metadata.parse_session_start_info_plugin_data(content)
        shown = {name: getattr(value, value.WhichOneof("kind")) for name, value in session.hparams.items()}
        assert shown == lineage[0]["hyperparameters"]


def test_an_export_to_the_same_folder_replaces_the_one_before(trained):
    export(trained, "tensorboard", "exported")
    assert_whole(trained, export(trained, "tensorboard", "exported"))


LOG = "[log]\ntensorboard = true\n"


def test_tensorboards_files_are_kept_while_an_experiment_runs(house):
    variety.prepare(house, LOG)
    house.close_gate("turn.member == 0 and turn.index == 4")
    running = house.start("run", "experiment.toml")
    folder = house.folder / "runs" / "toy" / "tensorboard"

    def kept():
        return folder.exists() and [run.Scalars("score/score")[-1].step for run in in_tensorboard(folder).values()
                                    if run.Tags()["scalars"]]

    house.wait_until(lambda: kept() == [30] * 4 and is_whole(house, folder), running)
    house.open_gate()
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    assert_whole(house, folder)


def test_a_run_that_goes_on_keeps_the_same_curves(house):
    variety.prepare(house, LOG)
    whole = (house.folder / "experiment.toml").read_text()
    (house.folder / "experiment.toml").write_text(whole.replace("steps = 50", "steps = 30"))
    house.pbt("run", "experiment.toml")
    (house.folder / "experiment.toml").write_text(whole)
    house.pbt("run", "experiment.toml")
    assert max(lineage[-1]["to_step"] for lineage in lineages(house).values()) == 50
    assert_whole(house, house.folder / "runs" / "toy" / "tensorboard")


# ---- MLflow ----


@pytest.fixture
def client(trained, monkeypatch):
    """Of the exported folder. MLflow warns that it would rather have a database, and lately wants to be told that a folder will do."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    return mlflow.MlflowClient(tracking_uri=f"file:{export(trained, 'mlflow', 'mlruns')}")


def runs_of(client):
    [experiment] = client.search_experiments()
    return {run.data.tags["mlflow.runName"]: run for run in client.search_runs([experiment.experiment_id])}


def test_mlflow_finds_one_experiment_with_a_run_for_each_member(trained, client):
    [experiment] = client.search_experiments()
    assert experiment.name == "toy"
    runs = runs_of(client)
    assert sorted(runs) == ["member-0", "member-1", "member-2", "member-3"]
    for member, lineage in lineages(trained).items():
        info = runs[f"member-{member}"].info
        assert (info.run_name, info.status) == (f"member-{member}", "FINISHED")
        assert (info.start_time, info.end_time) == (lineage[0]["started_ms"], lineage[-1]["ended_ms"])


def test_mlflows_params_are_a_members_last_hyperparameters(trained, client):
    runs = runs_of(client)
    for member, lineage in lineages(trained).items():
        shown = runs[f"member-{member}"].data.params
        last = lineage[-1]["hyperparameters"]
        assert {name: type(last[name])(value) for name, value in shown.items()} == last


def test_mlflows_metrics_follow_each_members_lineage(trained, client):
    runs = runs_of(client)
    for member, lineage in lineages(trained).items():
        run = runs[f"member-{member}"]
        wanted = curves(lineage, str, lambda name: name.replace("/", "."), "hyperparameters.{}".format)
        assert sorted(run.data.metrics) == sorted(wanted)
        for name, points in wanted.items():
            history = client.get_metric_history(run.info.run_id, name)
            assert [(each.step, each.value) for each in history] == points
        times = [each.timestamp for each in client.get_metric_history(run.info.run_id, "score")]
        assert times == [turn["ended_ms"] for turn in lineage]


def test_mlflow_tells_the_best_member_by_its_tag(trained, client):
    best = trained.json("best", "toy")
    marked = [name for name, run in runs_of(client).items() if run.data.tags["pbt.best"] == "true"]
    assert marked == [f"member-{best['member']}"]
    assert runs_of(client)[marked[0]].data.tags["pbt.checkpoint"] == best["checkpoint_name"]


def test_an_export_to_the_same_mlflow_folder_replaces_the_one_before(trained, client):
    before = {name: run.to_dictionary() for name, run in runs_of(client).items()}
    export(trained, "mlflow", "mlruns")
    assert {name: run.to_dictionary() for name, run in runs_of(client).items()} == before


# ---- pandas ----


def test_the_guides_pandas_example_does_what_it_says(house, monkeypatch):
    house.write("train.py", (house.folder / "train.py").read_text().replace("lr", "learning_rate"))
    house.edit({"lr = {": "learning_rate = {", "interval = 10": "interval = 10\nsynchronous = true"})
    house.pbt("run", "experiment.toml")
    house.pbt("export", "toy", "--output", "turns.csv")
    [code] = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(house.folder)
    made = {}
    exec(compile(code, str(GUIDE), "exec"), made)
    best, turns = house.json("best", "toy"), house.turns("toy")
    steps = [10, 20, 30, 40, 50]
    assert made["best_by_step"].to_dict() == pytest.approx(
        {step: max(turn["score"] for turn in turns if turn["to_step"] <= step) for step in steps})
    schedule = made["schedule"]
    assert list(schedule["to_step"]) == steps and schedule["score"].iloc[-1] == pytest.approx(best["score"])
    rates = [stretch["hyperparameters"]["learning_rate"] for stretch in house.json("schedule", "toy")["schedule"]
             for _ in range(stretch["from_step"], stretch["to_step"], 10)]
    assert list(schedule["hyperparameters.learning_rate"]) == pytest.approx(rates)
    gain = made["gain"]
    assert set(gain.index) == {0.8, 1.0, 1.25}
    assert gain["count"].sum() == sum(turn["parent"] is not None for turn in turns)
    # The toy's score grows by the rate at every step.
    kept = [10 * turn["hyperparameters"]["learning_rate"] for turn in turns
            if turn["turn"] > 1 and turn["parent"]["member"] == turn["member"]]
    assert gain.loc[1.0, "mean"] == pytest.approx(sum(kept) / len(kept))


def test_what_stands_before_a_folders_kind_is_not_overlooked(trained):
    refused = trained.pbt("export", "toy", "tensorboard", "exported", expect=2)
    assert "comes after the folder" in refused.stderr
    trained.pbt("export", "--format", "json", "mlflow", "exported", expect=2)
