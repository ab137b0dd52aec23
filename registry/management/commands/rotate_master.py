"""Wraps everybody's key anew under the newest master key."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from registry.services import masters


class Command(BaseCommand):
    """manage.py rotate_master"""

    help = "Wrap every person's key under the newest master key while work goes on; safe to stop and to run again."

    def handle(self, **_: Any) -> None:
        """Rotate in small steps with a pause as long as each, and say what is left."""
        done, started = 0, time.monotonic()
        for count in masters.rotate():
            done += count
            # Whoever waits to write comes in between.
            time.sleep(min(0.5, max(0.005, time.monotonic() - started)))
            started = time.monotonic()
        self.stdout.write(f"{done} wrapped anew")
        left = masters.left()
        for version, count in left.items():
            self.stdout.write(f"master key {version}: {count} left, keep it")
        if left:
            sys.exit(1)
