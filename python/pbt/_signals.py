"""What a trainer does about signals that are meant for the worker."""

import os
import signal
import threading
from types import FrameType
from typing import Optional

__all__ = ["outlive_terminate"]


def outlive_terminate() -> None:
    """Schedulers send SIGTERM to every process of a job. The worker gets it too, and asks for the turn to be saved: ending before that
    would lose it. What this process forks ends as ever, and a handler of the script's own stays."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return
    own = os.getpid()

    def leave_the_end_to_the_worker(number: int, frame: Optional[FrameType]) -> None:
        if os.getpid() != own:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, leave_the_end_to_the_worker)
