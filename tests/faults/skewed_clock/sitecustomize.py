"""Put on a process's path: its clock is then `CLOCK_SKEW_SECONDS` off, as a machine's whose time was set wrongly."""

import os
import time

from django.utils import timezone

SKEW = float(os.environ["CLOCK_SKEW_SECONDS"])
_time, _now = time.time, timezone.now
time.time = lambda: _time() + SKEW
timezone.now = lambda: _now() + timezone.timedelta(seconds=SKEW)
