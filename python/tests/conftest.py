"""A worker played by the test: the test's thread converses over a real socket, the trainer runs on another."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PACKAGE))

PATIENCE_SECONDS = 300  # only a test that fails waits for so long


class Worker:
    """Asks for turns and hears answers. `answer` skips progress, which is kept in `progress`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.path = str(folder / "socket")
        self.progress: List[Dict[str, Any]] = []
        self.error: Optional[BaseException] = None
        self.hello: Dict[str, Any] = {}
        self.metric = "score"
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(self.path)
        self._server.listen()
        self._server.settimeout(PATIENCE_SECONDS)
        self._thread: Optional[threading.Thread] = None
        self._line: Optional[socket.socket] = None
        monkeypatch.setenv("PBT_SOCKET", self.path)

    def train(self, trainer: Callable[[], object], protocol: int = 1) -> None:
        """Starts the trainer on a thread of its own and exchanges hellos."""

        def run() -> None:
            try:
                trainer()
            except BaseException as error:
                self.error = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        self.greet(protocol)

    def start(self, command: List[str]) -> "subprocess.Popen[str]":
        """Starts the trainer as a process."""
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE), "OMP_NUM_THREADS": "1"}
        process = subprocess.Popen(command, env=environment, text=True, stderr=subprocess.PIPE)
        self.greet()
        return process

    def greet(self, protocol: int = 1) -> None:
        self._line, _ = self._server.accept()
        self._line.settimeout(PATIENCE_SECONDS)
        self._file = self._line.makefile("rb")
        self.hello = self.hear()
        self.say(type="hello", protocol=protocol, experiment="test", worker="w0", metric=self.metric, mode="max")

    def say(self, **message: Any) -> None:
        assert self._line is not None
        self._line.sendall(json.dumps(message).encode() + b"\n")

    def hear(self) -> Dict[str, Any]:
        line = self._file.readline()
        assert line.endswith(b"\n"), "the trainer closed the connection"
        message = json.loads(line)
        assert isinstance(message, dict)
        return message

    def ask(self, turn_id: str, load: Optional[str] = None, weights: Optional[str] = None, **changes: Any) -> Path:
        """Asks for a turn; `load` is the id of an earlier turn. Returns the folder to save into."""
        save = self.folder / turn_id
        save.mkdir()
        turn = {
            "id": turn_id, "member": 0, "index": 1, "seed": 7, "hyperparameters": {}, "from_step": 0, "steps": 3,
            "weights": weights or ("none" if load is None else "folder"), "parent": load,
            "load": None if load is None else str(self.folder / load), "save": str(save), **changes,
        }
        self.say(type="turns", turns=[turn])
        return save

    def answer(self) -> Dict[str, Any]:
        while True:
            message = self.hear()
            if message["type"] != "progress":
                return message
            self.progress.append(message)

    def goodbye(self) -> None:
        """Ends the trainer, which must end well."""
        self.say(type="goodbye")
        self.join()
        if self.error is not None:
            raise self.error

    def join(self) -> None:
        assert self._thread is not None
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive(), "the trainer did not end"

    def close(self) -> None:
        if self._line is not None:
            self._file.close()
            self._line.close()
        self._server.close()


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    played = Worker(tmp_path, monkeypatch)
    yield played
    played.close()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PBT_SOCKET", raising=False)
