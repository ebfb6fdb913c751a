"""The system with one fault: it answers first and writes down five seconds later. For the control of kill -9 alone."""

import threading
import time
from typing import Any

from config.wsgi import application
from evaluation.ballots import casting

__all__ = ["application"]
spend = casting._spend


def later(*arguments: Any) -> bool:
    def write() -> None:
        time.sleep(5)
        spend(*arguments)

    threading.Thread(target=write, daemon=True).start()
    return True


casting._spend = later
