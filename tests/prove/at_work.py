"""People at work over HTTP: every write with its key, and a note of what was answered."""

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registry.ids import uuid7

TIMEOUT_S = 30
# The member of a suspension's answer that leaves with the first answer alone.
TOLD_ONCE = "to_call"


@dataclass
class Write:
    """One POST: the same key and body whenever it is sent again; ``status`` 0 while nobody has answered."""

    step: str
    path: str
    body: dict[str, Any]
    about: str
    key: str = field(default_factory=lambda: str(uuid7()))
    status: int = 0
    answer: Any = None

    @property
    def kept(self) -> Any:
        """The answer as every repetition gives it: whom to call is told once and never kept."""
        if self.step == "suspend" and isinstance(self.answer, dict):
            return {**self.answer, TOLD_ONCE: None}
        return self.answer

    @property
    def is_acknowledged(self) -> bool:
        """Whether the client may rely on it."""
        return 200 <= self.status < 300

    @property
    def is_open(self) -> bool:
        """Whether the client does not know what became of it."""
        return self.status == 0 or self.status >= 500


class Caller:
    """One client with a token and a connection of its own."""

    def __init__(self, port: int, secret: str) -> None:
        self._port, self._secret = port, secret
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def post(self, write: Write) -> tuple[int, Any]:
        """Status and body of the answer; OSError when there is none."""
        return self.ask("POST", write.path, write.body, write.key)

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """Any call of the API."""
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        text = json.dumps(body) if method == "POST" else None
        try:
            self._connection.request(method, f"/api/v1/{path}", text, headers)
            response = self._connection.getresponse()
            said = response.read()
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise ConnectionError from error
        return response.status, _json(said)


def _json(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Stage:
    """What the clients work with: ids of open rides and of journeys on the road, and the secret of their token."""

    secret: str
    rides: tuple[UUID, ...]
    journeys: tuple[UUID, ...]


def build(rides: int, journeys: int) -> Stage:
    """Wide rides with women at the wheel, journeys on the road, and Maria on shift."""
    from django.utils import timezone

    from registry.services import accounts
    from tests import factories as f

    f.everybody()
    f.staffed("siret", hours=72)
    window = {"departs_from": f.NOW - f.DAY, "departs_until": f.NOW + 2 * f.DAY}
    wide = [f.transport_offer(car=f.vehicle(seats=60), seats=55, **window).pk for _ in range(rides)]
    road = [f.match("departed").pk for _ in range(journeys)]
    secret = accounts.issue_token(actor=f.maria(), id=uuid7(), name="proof", at=timezone.now())[1]
    return Stage(secret, tuple(wide), tuple(road))


def household(stage: Stage, dice: Random) -> Iterator[Write]:
    """One household from registration to confirmation and back, with words from the road between."""
    now = datetime.now(ZoneInfo("Europe/Bucharest"))
    who, request, match = (str(uuid7()) for _ in range(3))
    members = [{"age_band": "18-59", "sex": "f"}]
    wish = {"kind": "ride", "origin": "siret", "earliest_at": now.isoformat(), "from_date": now.date().isoformat()}
    choice = {"request": request, "ride": str(dice.choice(stage.rides)), "arrival_zone": "suceava"}
    yield Write("household", "households", {"id": who, "zone": "siret", "members": members}, who)
    yield Write("request", f"households/{who}/requests", {"id": request, **wish}, request)
    yield word(stage, dice)
    yield Write("propose", "matches", {"id": match, **choice}, match)
    yield Write("accept", f"matches/{match}/accept", {}, match)
    yield Write("confirm", f"matches/{match}/confirm", {}, match)
    yield word(stage, dice)
    if dice.random() < 0.8:
        yield Write("cancel", f"matches/{match}/cancel", {"reason": "plans_changed"}, match)


def word(stage: Stage, dice: Random) -> Write:
    """A check-in from one of the journeys on the road."""
    pk = str(uuid7())
    return Write("check-in", f"journeys/{dice.choice(stage.journeys)}/check-ins", {"id": pk, "kind": "underway"}, pk)


class Client(threading.Thread):
    """Household after household until told to stop or until the server is gone; ``writes`` is what it sent."""

    def __init__(self, port: int, stage: Stage, seed: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.writes: list[Write] = []
        self._stage, self._dice, self._stopped = stage, Random(seed), stop
        self._caller = Caller(port, stage.secret)

    def run(self) -> None:
        """Send, note, go on; a household ends where it is refused."""
        while not self._stopped.is_set():
            for write in household(self._stage, self._dice):
                self.writes.append(write)
                try:
                    write.status, write.answer = self._caller.post(write)
                except ConnectionError:
                    return
                if not write.is_acknowledged or self._stopped.is_set():
                    break
