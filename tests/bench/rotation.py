"""A new master key under load: ``python -m tests.bench.rotation KEYS ANSWER.json``.

Keys are made in bulk; another process registers households all the while, before the rotation and during it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

OLD, NEW = "1:" + "11" * 32, "2:" + "22" * 32
BATCH, WARM_S = 5_000, 8.0


def main(keys: int, answer: Path) -> None:
    """Make the keys, rotate them while somebody writes, write what was found."""
    _start(OLD)
    from django.core.management import call_command

    from registry.services import masters
    from tests import factories as f

    call_command("migrate", verbosity=0, skip_checks=True)
    f.household()
    _fill(keys)
    os.environ["SAFEZONE_MASTER_KEYS"] = f"{NEW},{OLD}"
    told = answer.with_name("writes.jsonl")
    writer = subprocess.Popen([sys.executable, "-m", "tests.bench.rotation", "write", str(told)])
    time.sleep(WARM_S)
    began = time.time()
    # A process of its own, as an operator starts it: it reads the new keys.
    subprocess.run([sys.executable, "manage.py", "rotate_master"], check=True, stdout=subprocess.DEVNULL)
    ended = time.time()
    told.with_suffix(".stop").touch()
    writer.wait()
    from django.conf import settings

    settings.MASTER_KEYS = f"{NEW},{OLD}"
    writes = [json.loads(line) for line in told.read_text("utf-8").splitlines()]
    found = {
        "keys": keys,
        "rotation_s": round(ended - began, 1),
        "left": sum(masters.left().values()),
        "writes_before": _percentiles([took for at, took in writes if began - WARM_S / 2 < at < began]),
        "writes_during": _percentiles([took for at, took in writes if began <= at <= ended]),
    }
    answer.write_text(json.dumps(found), encoding="utf-8")


def _start(keys: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "safezone.settings"
    os.environ.setdefault("SAFEZONE_MASTER_KEYS", keys)
    django.setup()


def _fill(keys: int) -> None:
    from registry import sealing
    from registry.ids import uuid7
    from registry.models import DataKey
    from registry.models.sealing import bound, masters

    def one() -> DataKey:
        owner = uuid7()
        wrapped = masters().wrap(bound("household", owner), sealing.new_key())
        return DataKey(owner=owner, kind="household", wrapped=wrapped, master_version=1)

    for start in range(0, keys, BATCH):
        DataKey.objects.bulk_create(one() for _ in range(min(BATCH, keys - start)))


def write(told: Path) -> None:
    """Register households until told to stop, each write with its moment and its milliseconds."""
    _start(f"{NEW},{OLD}")
    from django.db import transaction

    from tests import factories as f

    with told.open("w", encoding="utf-8") as file:
        while not told.with_suffix(".stop").exists():
            began, at = time.perf_counter(), time.time()
            with transaction.atomic():
                f.household(contact_name="Oksana", contact_phone="+380671234567")
            print(json.dumps([at, (time.perf_counter() - began) * 1000]), file=file, flush=True)
            time.sleep(0.005)


def _percentiles(took: list[float]) -> dict[str, Any]:
    ordered = sorted(took)
    at = lambda share: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)  # noqa: E731
    return {"count": len(ordered), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": round(ordered[-1], 1)}


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]))
