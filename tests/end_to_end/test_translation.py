"""The translation trainer as a user drives it: through pbt, alone, on bad input; its BLEU is sacreBLEU's."""

import json
import os
import pathlib
import random
import re
import subprocess
import sys

import pytest

from conftest import PROGRAM, ROOT

TRANSLATION = pathlib.Path(os.environ.get("PBT_TRANSLATION", pathlib.Path(PROGRAM).parent / "trainers" / "translation"))
SMALL = ["--vocabulary", "100", "--width", "32", "--layers", "1", "--heads", "2", "--feed-forward", "64", "--batch-tokens", "256"]

pytestmark = pytest.mark.skipif(not TRANSLATION.exists(), reason="built without the reference trainers")


def made_text(prefix, count, seed):
    """A language of eight words, translated word by word."""
    words = dict(zip("red big dog cat runs sees the one".split(), "rot groß Hund Katze läuft sieht der ein".split()))
    draw = random.Random(seed)
    sentences = [draw.choices(list(words), k=draw.randint(1, 4)) for _ in range(count)]
    pathlib.Path(f"{prefix}.en").write_text("".join(" ".join(each) + ".\n" for each in sentences))
    pathlib.Path(f"{prefix}.de").write_text("".join(" ".join(words[word] for word in each) + ".\n" for each in sentences))


@pytest.fixture
def text(tmp_path):
    for name, count, seed in (("train", 2000, 1), ("val", 40, 2), ("test", 40, 3)):
        made_text(tmp_path / name, count, seed)
    return ["--train", "train", "--validation", "val", "--source", "en", "--target", "de"]


def run(folder, *arguments, expect=0, **options):
    done = subprocess.run([TRANSLATION, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == expect, f"exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def experiment(house, text, steps, interval):
    """The example's file, with a language and a network of a few words."""
    source = (ROOT / "trainers" / "translation" / "multi30k.toml").read_text()
    for key, value in {"population": 2, "steps": steps, "interval": interval}.items():
        source = re.sub(rf"(?m)^{key} *=.*", f"{key} = {value}", source)
    command = json.dumps([str(TRANSLATION), *text, *SMALL], ensure_ascii=False)
    source = re.sub(r"(?ms)^command *=.*?\]", f"command = {command}", source)
    return house.write("multi30k.toml", source)


def test_a_population_trains_and_its_best_checkpoint_translates(house, text):
    experiment(house, text, steps=40, interval=20)
    house.pbt("run", "multi30k.toml", "-j", "2")
    assert [turn["to_step"] - turn["from_step"] for turn in house.turns()] == [20] * 4
    house.pbt("doctor", "multi30k")
    house.pbt("best", "multi30k", "--copy", "best")
    scored = json.loads(run(house.folder, "--evaluate", "best", "--test", "test", "--beam", "3", "--output", "out").stdout)
    assert scored["sentences"] == 40 and scored["step"] in (20, 40)
    again = json.loads(run(house.folder, "--bleu", "out", "test.de").stdout)
    assert again["bleu"] == scored["bleu"]


def test_the_trainer_keeps_the_contract(house, text):
    experiment(house, text, steps=100, interval=20)
    findings = json.loads(house.pbt("check", "multi30k.toml", "--steps", "6", "--json").stdout)
    assert {finding["verdict"] for finding in findings} == {"passed"}, findings


def test_one_member_learns_alone_and_translates_what_it_is_given(tmp_path, text):
    run(tmp_path, *text, *SMALL, "--steps", "500", "--turn-steps", "250", "--learning-rate", "0.01", "--warmup-steps", "200",
        "--layer-dropout", "0", "--relu-dropout", "0", "--attention-dropout", "0", "--save", "model")
    done = run(tmp_path, "--evaluate", "model", "--beam", "2", input="the big dog.\n\none cat sees.\n")
    assert done.stdout.splitlines()[::2] == ["der groß Hund.", "ein Katze sieht."]


def test_codes_are_the_same_from_a_file_as_learnt_anew(tmp_path, text):
    run(tmp_path, "--learn-codes", "codes", *text[:2], *text[4:], "--vocabulary", "100")
    few = ["--steps", "3", "--turn-steps", "3"]
    assert run(tmp_path, *text, *SMALL, *few, "--codes", "codes").stdout == run(tmp_path, *text, *SMALL, *few).stdout


# what is done to the text -> flags, what the error must say
BAD_INPUT = {
    "a missing file": (lambda at: (at / "train.de").unlink(), [], ["train.de", "No such file"]),
    "unequal lines": (lambda at: (at / "val.de").write_text("ein Hund.\n"), [], ["val.en has 40 lines", "val.de has 1"]),
    "an empty file": (lambda at: (at / "train.en").write_text(""), [], ["train.en is empty"]),
    "no UTF-8": (lambda at: (at / "val.de").write_bytes(b"gut\nschl\xe4gt\n"), [], ["val.de:2:5", "UTF-8"]),
    "codes that are none": (lambda at: (at / "codes").write_text("hello\n"), ["--codes", "codes"], ["codes:1:", "--learn-codes"]),
    "no such codes": (lambda at: None, ["--codes", "codes"], ["codes", "No such file"]),
    "a GPU that is not there": (lambda at: None, ["--device", "cuda:99"], ["cuda:99", "cpu"]),
    "a width that no head divides": (lambda at: None, ["--width", "30", "--heads", "4"], ["--width 30", "--heads 4"]),
    "a vocabulary too small": (lambda at: None, ["--vocabulary", "3"], ["3 symbols", "expected 16"]),
    "no such embeddings": (lambda at: None, ["--embeddings", "some"], ["some", "shared"]),
    "a beam of nothing": (lambda at: None, ["--beam", "0"], ["--beam 0", "1 to 64"]),
}


@pytest.mark.parametrize("what", BAD_INPUT)
def test_bad_input_is_refused_before_any_training(tmp_path, text, what):
    spoil, flags, words = BAD_INPUT[what]
    spoil(tmp_path)
    done = run(tmp_path, *text, *flags, expect=1)
    for word in words:
        assert word in done.stderr, done.stderr
    assert done.stdout == ""


def test_a_missing_flag_and_a_missing_checkpoint_are_named(tmp_path, text):
    assert "--validation is missing" in run(tmp_path, *text[:2], *text[4:], expect=1).stderr
    assert "model.tensors" in run(tmp_path, "--evaluate", "nowhere", "--test", "test", expect=1).stderr
    (tmp_path / "model.tensors").write_bytes(b"not a checkpoint")
    assert "no checkpoint of this trainer" in run(tmp_path, "--evaluate", ".", "--test", "test", expect=1).stderr


SACREBLEU = """
import json, sys
from sacrebleu.metrics import BLEU
lines = [open(path, encoding="utf-8", newline="\\n").read().split("\\n")[:-1] for path in sys.argv[1:]]
print(json.dumps(BLEU().corpus_score(lines[0], [lines[1]]).score))
"""


def sacrebleu_of(*files):
    """By an interpreter that has it: scripts/python-environment --tests makes one."""
    for python in (sys.executable, ROOT / "build" / "python" / "bin" / "python", os.environ.get("PBT_TRAINERS_PYTHON", "")):
        if python and pathlib.Path(python).exists():
            done = subprocess.run([python, "-c", SACREBLEU, *files], capture_output=True, text=True)
            if done.returncode == 0:
                return json.loads(done.stdout)
            assert "No module named 'sacrebleu'" in done.stderr, done.stderr
    pytest.skip("no sacreBLEU: scripts/python-environment --tests installs it")


REFERENCES = """Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche.
Der Preis stieg um 3,5 % auf 1.250,00 € – ein Rekord!
"Gut", sagte sie; «das ist's (fast)» … und ging: 10-mal um 9:30 Uhr.

A&amp;M-Spielerin &lt;links&gt; &quot;dribbelt&quot; mit U.S.-Ball/Korb.
日本語のテキスト。 naïve café — Ωmega № 5, e.g. 1.5.2, x_y@z.de [sic] {1} ~2^3=8?
"""


def test_bleu_is_sacrebleus(tmp_path):
    draw = random.Random(1)
    references = REFERENCES.splitlines() * 20
    translations = []
    for line in references:
        pieces = re.findall(r"\s+|\w+|.", line)
        kept = [piece if draw.random() < 0.85 else draw.choice(["", " ", ".", "3", ",", "-", "ein", "\u00a0", "\u2003"]) for piece in pieces]
        translations.append("".join(kept) if draw.random() < 0.95 else "")
    (tmp_path / "references").write_text("".join(line + "\n" for line in references))
    for name, lines in (("whole", translations), ("short", [line[:20] for line in translations]), ("same", references),
                        ("poor", [" ".join(reversed(line.split())) for line in references])):
        (tmp_path / name).write_text("".join(line + "\n" for line in lines))
        ours = json.loads(run(tmp_path, "--bleu", name, "references").stdout)["bleu"]
        assert ours == pytest.approx(sacrebleu_of(tmp_path / name, tmp_path / "references"), abs=1e-9), name
