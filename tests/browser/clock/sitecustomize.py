"""Read by Python at its start when this folder is on its path: the clock of this process is some days ahead."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

if days := int(os.environ.get("DAYS_AHEAD", "0")):
    time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True).start()
