"""Several processes that train one member (torch.distributed): rank 0 speaks to the worker, the others hear from it."""

from __future__ import annotations

import datetime
import json
import os
import sys
from typing import Any


class Ranks:
    """One process: there is nobody to tell."""

    rank = 0
    size = 1

    def share(self, value: Any) -> Any:
        """Rank 0's value, on every rank. Collective: every rank calls it."""
        return value

    def barrier(self) -> None:
        """Waits until every rank is here."""

    def close(self) -> None:
        """Ends what the ranks spoke through; nothing may be shared afterwards. Each rank by itself; twice is harmless."""


class DistributedRanks(Ranks):
    """The ranks of torch.distributed, over a gloo group of our own: small messages on the CPU, whatever trains."""

    def __init__(self) -> None:
        import torch.distributed as distributed

        self._distributed: Any = distributed
        self.rank = int(distributed.get_rank())
        self.size = int(distributed.get_world_size())
        # Ranks wait here while the worker has no turn for them: as long as it takes. A dead rank is noticed at once.
        self._group = self._distributed.new_group(backend="gloo", timeout=datetime.timedelta(days=365))

    def share(self, value: Any) -> Any:
        import torch

        text = json.dumps(value).encode() if self.rank == 0 else b""
        length = torch.tensor([len(text)], dtype=torch.int64)
        self._distributed.broadcast(length, 0, group=self._group)
        payload = torch.empty(int(length.item()), dtype=torch.uint8)
        if self.rank == 0:
            payload = torch.frombuffer(bytearray(text), dtype=torch.uint8)
        self._distributed.broadcast(payload, 0, group=self._group)
        return json.loads(bytes(payload.tolist()))

    def barrier(self) -> None:
        self._distributed.barrier(group=self._group)

    def close(self) -> None:
        # The group's thread may still hold the tensors of the last message. Should it let go of them while the
        # interpreter ends, the process aborts: with the group's last reference that thread is joined, here.
        if self._group is not None and self._distributed.is_initialized():
            self._distributed.destroy_process_group(self._group)
        self._group = None


def find_ranks() -> Ranks:
    """The ranks of this member, as torch.distributed stands now."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        return DistributedRanks() if distributed.get_world_size() > 1 else Ranks()
    if "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise RuntimeError("torchrun started several ranks: call torch.distributed.init_process_group() before pbt")
    return Ranks()
