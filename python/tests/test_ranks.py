"""Several processes that train one member: rank 0 speaks, all stop at the same step."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import Worker

TRAINER = Path(__file__).parent / "two_ranks.py"


def test_two_ranks_restore_train_save_and_stop_together(worker: Worker) -> None:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2"]
    launcher += ["--rdzv_backend=c10d", "--rdzv_endpoint=localhost:0"]  # --standalone takes one port for all of a machine
    # The default, no redirection, crashes the torchrun of PyTorch 1.13 under Python 3.11.
    launcher += ["--redirects", "1", "--tee", "1", str(TRAINER)]
    process = worker.start(launcher)
    save = worker.ask("a1", hyperparameters={"lr": 0.5})
    result = worker.answer()
    assert (result["step"], result["hyperparameters"], result["unread"]) == (3, {"lr": 0.5}, [])
    assert result["metrics"] == {"score": 3, "spread": 0.0, "same_draws": 0}
    assert sorted(path.name for path in save.iterdir()) == ["shard-0", "shard-1", "state.json", "tensors.pt"]

    worker.ask("a2", load="a1", weights="resident", hyperparameters={"lr": 0.25}, from_step=3)
    assert worker.answer()["hyperparameters"] == {"lr": 0.25}

    worker.say(type="drop", ids=["a2"])
    worker.ask("a3", load="a1", steps=10**12)
    worker.say(type="cancel", mode="save")
    result = worker.answer()
    assert result["partial"] is True
    assert result["metrics"]["spread"] == 0.0  # both ranks made the same steps

    worker.ask("a4", steps=10**12)
    worker.say(type="cancel", mode="abandon")
    assert worker.answer()["message"] == "abandoned"

    worker.ask("a5")
    assert worker.answer()["type"] == "result"
    worker.say(type="goodbye")
    error = process.communicate(timeout=60)[1]
    assert process.returncode == 0, error
