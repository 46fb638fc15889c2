"""The dashboard's server and the report, as programs, on an experiment that ran."""

import contextlib
import json
import re
import signal
import subprocess
import urllib.error
import urllib.request

import pytest

from conftest import PROGRAM

TOY = ["-p", "h0=0..1", "-p", "h1=0..1", "--population", "3", "--steps", "40", "--interval", "10", "--maximize", "Q", "-j", "1"]


@pytest.fixture
def trained(house):
    house.write("train.py", "import json, sys\nprint(json.dumps({'Q': float(sys.argv[2])}))\nopen(sys.argv[1] + '/w', 'w').write('w')\n")
    house.pbt("run", "toy", *TOY, "--", "python3", "train.py", "{save}", "{h0}")
    return house


@contextlib.contextmanager
def serving(house, *flags):
    with subprocess.Popen([PROGRAM, "serve", "--port", "0", *flags], cwd=house.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as server:
        try:
            yield server, server.stdout.readline()
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=30) == 0, server.stderr.read()


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.headers, answer.read()


def status_of(url, **headers):
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(url, **headers)
    return refused.value.code


def test_a_browser_finds_the_page_and_what_it_asks_for(trained):
    with serving(trained, "--json") as (_, line):
        url = json.loads(line)["url"]
        headers, _ = get(url + "metrics")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        _, body = get(url + "api/v1/experiments/toy/turns")
        turns = json.loads(body)
        assert turns["total"] == len(trained.turns()) == 12
        scores = {(member, turn): score for member, turn, score in zip(turns["member"], turns["turn"], turns["score"], strict=True)}
        assert scores == {(turn["member"], turn["turn"]): turn["score"] for turn in trained.turns()}
        with urllib.request.urlopen(url + "api/v1/experiments/toy/events?first=10", timeout=30) as events:
            lines = [events.readline().decode() for _ in range(5)]
        assert "id: 12\n" in lines


def test_another_site_that_resolves_to_this_machine_gets_nothing(trained):
    with serving(trained, "--json") as (_, line):
        assert status_of(json.loads(line)["url"] + "api/v1/experiments", Host="evil.example") == 421


def test_on_another_address_a_token_is_asked_for(trained):
    with serving(trained, "--address", "0.0.0.0", "--allow-host", "127.0.0.1") as (server, line):
        port = re.search(r":(\d+)/", line)[1]
        token = server.stdout.readline().split()[-1]
        url = f"http://127.0.0.1:{port}/"
        assert status_of(url + "api/v1/experiments") == 401
        assert status_of(url + "api/v1/experiments?token=" + token) == 401
        _, body = get(url + "api/v1/experiments", Authorization="Bearer " + token)
        assert [one["name"] for one in json.loads(body)["experiments"]] == ["toy"]


@pytest.mark.parametrize("flags, said", [(["--address", "nowhere"], "cannot serve on nowhere"), (["--token-file", "none"], "cannot be read"),
                                         (["sqlite:none.db"], "none.db"), (["postgres:x"], "expected sqlite:PATH")])
def test_what_cannot_be_served_is_told_at_once(house, flags, said):
    done = subprocess.run([PROGRAM, "serve", "--port", "0", *flags], cwd=house.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode in (1, 2) and said in done.stderr, done.stderr


def test_the_report_is_one_file_with_everything(trained):
    said = json.loads(trained.pbt("report", "--json", "--output", "toy.html").stdout)
    page = (trained.folder / "toy.html").read_text()
    assert said["report"] == "toy.html" and len(page.encode()) == said["bytes"]
    data = json.loads(re.search(r'<script type="application/json" id="pbt-data">(.*?)</script>', page, re.DOTALL)[1])
    assert data["turns"]["total"] == 12
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
