"""All randomness of a turn comes from its seed."""

from __future__ import annotations

import random
import sys


def seed_everything(seed: int) -> None:
    """Seeds `random`, and NumPy and PyTorch (its accelerators too) where the script has imported them."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)


def training_seed(seed: int, rank: int) -> int:
    """For the generators once the state stands: the same whether it was initialised, loaded or already in memory, not
    what the initialisation was drawn from, and another for each rank. Like turn seeds it stays below 2^31."""
    return ((seed ^ 0x40000000) + rank) % 2**31
