"""The GAN trainer and its classifier as programs, on images that the test makes."""

import json
import pathlib
import re
import struct
import subprocess

import pytest

from conftest import PROGRAM, ROOT
from test_examples import made_fashion

PROGRAMS = pathlib.Path(PROGRAM).parent / "trainers"
GAN, CLASSIFIER = PROGRAMS / "gan", PROGRAMS / "classifier"
pytestmark = pytest.mark.skipif(not GAN.exists(), reason="built without the reference trainers")

TINY = ["--device", "cpu", "--width", "4", "--latent", "8", "--score-samples", "20"]


def said(command, expect=0):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout if expect == 0 else done.stderr


@pytest.fixture
def made(house):
    """A house with data/ and a classifier of it."""
    data = house.folder / "data"
    data.mkdir()
    made_fashion(data, count=200)
    said([CLASSIFIER, "--data", data, "--save", data, "--width", "2", "--epochs", "2", "--batch", "20", "--device", "cpu"])
    return house


def experiment(house, *flags, classifier="data"):
    """trainers/gan/fashion_mnist.toml in its smallest form."""
    text = (ROOT / "trainers" / "gan" / "fashion_mnist.toml").read_text()
    command = json.dumps([str(GAN), "--data", "data", "--classifier", classifier, *TINY, *flags])
    values = {"population": "2", "steps": "8", "interval": "4", "command": command, "batch": "4"}
    for key, value in values.items():
        text, count = re.subn(rf"(?m)^{key} *=.*", f"{key} = {value}", text)
        assert count == 1, key
    house.write("gan.toml", text)


@pytest.mark.parametrize("flags", [[], ["--spectral-norm"]], ids=["batch-norm", "spectral-norm"])
def test_the_trainer_keeps_the_contract(made, flags):
    experiment(made, *flags)
    findings = json.loads(made.pbt("check", "gan.toml", "--steps", "3", "--json").stdout)
    assert [finding for finding in findings if finding["verdict"] != "passed"] == []


def test_a_population_trains_and_its_best_checkpoint_can_be_evaluated(made):
    experiment(made)
    made.pbt("run", "gan.toml", "-j", "2")
    assert [turn["to_step"] - turn["from_step"] for turn in made.turns()] == [4] * 4  # a copy goes on from the step of its donor
    name = re.search(r'(?m)^name *= *"(.*)"', (made.folder / "gan.toml").read_text()).group(1)
    made.pbt("best", name, "--copy", "best")
    assert (made.folder / "best" / "samples.png").read_bytes().startswith(b"\x89PNG")
    picture = made.folder / "picture.png"
    evaluate = [GAN, "--evaluate", made.folder / "best", "--classifier", made.folder / "data", *TINY, "--picture", picture]
    quality = json.loads(said(evaluate))
    assert quality["images"] == 20 and len(quality["inception_scores"]) == 10
    assert 1 <= quality["inception_score"] <= 10 and quality["frechet_distance"] >= 0
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    assert (width, height) == (8 * 34 - 2, 8 * 34 - 2)


def test_one_member_trains_alone_and_leaves_pictures(made):
    alone = [GAN, "--data", made.folder / "data", "--classifier", made.folder / "data", *TINY, "--steps", "3", "--turn-steps", "2",
             "--batch", "4", "--save", made.folder / "alone"]
    lines = said(alone).splitlines()
    assert [line.split()[:2] for line in lines] == [["step", "2"], ["step", "3"]]
    assert all("inception_score" in line and "frechet_distance" in line for line in lines)
    assert (made.folder / "alone" / "samples.png").exists()


def test_the_classifier_says_how_good_it_is(made):
    data = made.folder / "data"
    seen = json.loads(said([CLASSIFIER, "--data", data, "--evaluate", data, "--device", "cpu"]))
    assert seen["dataset"] == "fashion-mnist" and seen["images"] == 200
    assert 0 <= seen["accuracy"] <= 1 and 1 <= seen["inception_score"] <= 10
    assert seen["frechet_distance"] == pytest.approx(0, abs=1e-6), "the test images against themselves"


def test_bad_input_is_said_before_training(made):
    data = made.folder / "data"
    usual = [GAN, *TINY, "--classifier", data, "--data"]
    assert "no classifier is named" in said([GAN, "--data", data], expect=1)
    assert "trained on fashion-mnist, and cifar10 is asked for" in said([*usual, data, "--dataset", "cifar10"], expect=1)
    assert "there is no folder" in said([*usual, data / "nowhere"], expect=1)
    assert '"cuda:99" is not there' in said([GAN, "--classifier", data, "--data", data, "--device", "cuda:99"], expect=1)
    assert "--score-sample" in said([*usual, data, "--score-sample", "3"], expect=2)
    assert "--save" in said([CLASSIFIER, "--data", data], expect=2)
    (data / "train-labels-idx1-ubyte.gz").write_bytes((data / "train-labels-idx1-ubyte.gz").read_bytes()[:-9])
    assert "train-labels-idx1-ubyte.gz cannot be read: it is cut short" in said([*usual, data], expect=1)
    assert "cut short" in said([CLASSIFIER, "--data", data, "--save", data], expect=1)


def test_a_wrong_setting_ends_a_run_with_the_trainers_words(made):
    experiment(made, classifier="nowhere")
    run = made.pbt("run", "gan.toml", "-j", "1", expect=1)
    assert "there is no classifier" in run.stdout + run.stderr
