"""Completion in real shells: a line is typed, Tab pressed, and what stands there then is looked at. PBT_PROGRAM names the program."""

import os
import pathlib
import pty
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "packaging" / "completions"
PROGRAM = pathlib.Path(os.environ.get("PBT_PROGRAM", ROOT / "build" / "pbt")).resolve()

START = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
SETUP = {
    "bash": f"source {SCRIPTS}/pbt.bash; bind 'set enable-bracketed-paste off'",
    "zsh": f"fpath=({SCRIPTS} $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e",
}
# What is typed, and the last word after Tab.
CASES = [
    ("pbt lin", "lineage"),
    ("pbt turns --la", "--last"),
    ("pbt schedule --format j", "json"),
    ("pbt schedule --format=j", "--format=json"),
    ("pbt export tens", "tensorboard"),
    ("pbt best la", "lander"),
    ("pbt best --store sqlite:runs/la", "sqlite:runs/lander/pbt.db"),
    ("pbt best --copy fo", "folder"),
    ("pbt run exp", "experiment.toml"),
    ("pbt run x -- tr", "train.py"),
    ("pbt export --output=tr", "--output=train.py"),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    (tmp_path / "runs" / "lander").mkdir(parents=True)
    (tmp_path / "runs" / "lander" / "pbt.db").touch()
    (tmp_path / "folder").mkdir()
    for file in ("experiment.toml", "experiment.txt", "train.py"):
        (tmp_path / file).touch()
    monkeypatch.setenv("PATH", f"{PROGRAM.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("PBT_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def needed(shell):
    if not shutil.which(shell):
        pytest.skip(f"no {shell}")


def read_until(terminal, mark):
    text = b""
    while mark not in text:
        text += os.read(terminal, 4096)


def after_tab(shell, lines):
    """Each of `lines` after Tab, as words, all typed into one shell."""
    terminal, shells = pty.openpty()
    process = subprocess.Popen(START[shell], stdin=shells, stdout=shells, stderr=shells, start_new_session=True)
    os.close(shells)
    os.write(terminal, f"{SETUP[shell]}; seen() {{ echo \"$@\" >> seen; }}; PS1='rea''dy>'\n".encode())
    for line in lines:
        read_until(terminal, b"ready>")
        os.write(terminal, line.encode() + b"\t\x01seen \n")  # ^A: to the beginning of the line
    os.write(terminal, b"exit\n")
    try:
        while os.read(terminal, 4096):
            pass
    except OSError:  # the shell is gone
        pass
    process.wait()
    os.close(terminal)
    return [line.split() for line in pathlib.Path("seen").read_text().splitlines()]


def fish(command):
    asked = subprocess.run(["fish", "--no-config", "-c", f"source {SCRIPTS}/pbt.fish; {command}"], capture_output=True, text=True, check=True)
    assert asked.stderr == ""
    return asked.stdout


@pytest.mark.parametrize("shell", START)
def test_tab_completes(place, shell):
    needed(shell)
    seen = after_tab(shell, [line for line, _ in CASES])
    # A folder's slash: zsh takes it back as one goes on.
    assert [[*words[:-1], words[-1].rstrip("/")] for words in seen] == [[*line.split()[:-1], last] for line, last in CASES]


def test_fish_completes(place):
    needed("fish")
    found = fish("; echo; ".join(f"complete -C '{line}'" for line, _ in CASES)).split("\n\n")
    assert [answer.split("\n")[0].split("\t")[0].rstrip("/") for answer in found] == [last for _, last in CASES]


def test_fish_shows_what_a_command_does(place):
    needed("fish")
    assert fish("complete -C 'pbt lin'") == "lineage\tShow who copied whom, as a tree\n"
