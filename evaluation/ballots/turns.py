"""One writer at a time on SQLite, in the order in which they came.

SQLite lets writers sleep for up to a tenth of a second and try again; in a crowd some sleep for seconds while others
pass. A lock of the operating system beside the database file wakes the next one at once, over threads and workers.
It keeps order alone: what is safe is safe by the database's own lock.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_files = threading.local()


@contextmanager
def in_turn() -> Iterator[None]:
    """Wait for one's turn to write; hold it until the end of the block, outside of the transaction."""
    file = _file() if connection.vendor == "sqlite" else None
    if file is None:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def _file() -> int | None:
    """This thread's own handle, or nothing where no file can be made: then SQLite's patience has to do."""
    name = f"{connection.settings_dict['NAME']}-turn"
    known: dict[str, int] = _files.__dict__
    if name not in known:
        try:
            known[name] = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
    return known[name]
