# ruff: noqa: ARG002 - one signature for both ports; here the server looks at its own clock
"""The port that calls the HTTP API of a running server: one connection a thread, one token a person."""

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import factors
from registry.services.intake import HouseholdDraft
from registry.simulation.arrivals import BORDER_TIME
from registry.simulation.makeup import Wish
from registry.simulation.port import Choice, Found, Handover, Registered, Searching
from registry.simulation.tally import Refusal, Tally

TIMEOUT_S = 60


@dataclass
class Http:
    """People with tokens; the server's own clock decides, so ``at`` orders the calls and is not sent."""

    url: str
    tokens: Callable[[Actor], str]
    tally: Tally
    secrets: Callable[[Actor], str] = str
    _local: threading.local = field(default_factory=threading.local)
    _step_ups: dict[Any, str] = field(default_factory=dict)
    _confirming: threading.Lock = field(default_factory=threading.Lock)

    def call(self, step: str, method: str, path: str, by: Actor, body: Mapping[str, Any] | None = None) -> Any:
        """One request; the answer as JSON, or Refusal. A connection that the server has closed is opened anew."""
        headers = {"Authorization": f"Bearer {self.tokens(by)}", "Accept": "application/json"}
        if method == "POST":
            headers |= {"Content-Type": "application/json", "Idempotency-Key": str(uuid7())}
        text = json.dumps(body or {}) if method == "POST" else None
        known = self._step_ups.get(by.id, "")
        with self.tally.step(step):
            status, answer = self._send(method, f"/api/v1/{path}", text, {**headers, "Step-Up": known})
        if status == 403 and isinstance(answer, dict) and answer.get("code") == "step_up_required":
            fresh = self._confirm(by, known, headers)
            with self.tally.step(step):
                status, answer = self._send(method, f"/api/v1/{path}", text, {**headers, "Step-Up": fresh})
        if status < 400:
            return answer
        problem = answer if isinstance(answer, dict) else {}
        reasons = [(r["code"], r["rule"]) for r in problem.get("reasons", ())]
        raise Refusal(status, str(problem.get("code", "no_answer")), reasons)

    def _confirm(self, by: Actor, known: str, headers: Mapping[str, str]) -> str:
        """A fresh second factor of this person: the code that their authenticator app shows now, each used once."""
        with self._confirming:
            if self._step_ups.get(by.id, "") == known:
                code = factors.code_of(self.secrets(by), factors.step_at(datetime.now(BORDER_TIME)))
                with self.tally.step("step up"):
                    _, answer = self._send("POST", "/api/v1/me/step-ups", json.dumps({"code": code}), headers)
                self._step_ups[by.id] = str((answer or {}).get("secret") or "")
            return self._step_ups[by.id]

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, Any]:
        for is_last in (False, True):
            connection = self._connection()
            try:
                connection.request(method, path, body, dict(headers))
                response = connection.getresponse()
                text = response.read()
                return response.status, _json(text)
            except (http.client.HTTPException, OSError):
                self._local.connection = None
                if is_last:
                    return 599, None
        return 599, None

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if known is None:
            place = urlsplit(self.url)
            known = http.client.HTTPConnection(place.hostname or "", place.port, timeout=TIMEOUT_S)
            self._local.connection = known
        return known

    # What people do

    def register(self, by: Actor, zone: str, draft: HouseholdDraft, at: datetime) -> Registered:
        """A household in this zone."""
        body = {
            "id": str(uuid7()),
            "zone": zone,
            "members": [{"age_band": p.age_band, "sex": p.sex, "guardian": p.guardian} for p in draft.members],
            "language": draft.language,
            "languages": list(draft.languages),
            "contact_name": draft.contact_name,
            "contact_phone": draft.contact_phone,
            "wheelchairs": draft.wheelchairs,
            "pets": draft.pets,
            "luggage": draft.luggage,
            "needs": list(draft.needs),
            "crossing": draft.crossing,
        }
        answer = self.call("register", "POST", "households", by, body)
        return Registered(UUID(answer["id"]), answer["code"])

    def ask(self, by: Actor, household: UUID, zone: str, wish: Wish, town: str | None, at: datetime) -> UUID:
        """What it asks for, from now on."""
        now = datetime.now(BORDER_TIME)
        body = {
            "id": str(uuid7()),
            "kind": wish.kind,
            "origin": zone,
            "destination": town,
            "earliest_at": now.isoformat(timespec="seconds"),
            "from_date": now.date().isoformat(),
            "nights": wish.nights,
        }
        return UUID(self.call("request", "POST", f"households/{household}/requests", by, body)["id"])

    def search(self, by: Actor, request: UUID, at: datetime) -> Searching:
        """Ranked proposals."""
        answer = self.call("search", "GET", f"requests/{request}/proposals", by)
        choices = tuple(Choice(_id(p["ride"]), _id(p["stay"]), p["arrival_zone"]) for p in answer["ranked"])
        found = Found(choices, tuple((e["reason"]["code"], e["reason"]["rule"]) for e in answer["excluded"]))
        return lambda: found

    def propose(self, by: Actor, request: UUID, choice: Choice, at: datetime) -> UUID:
        """One choice put before the household."""
        body = {
            "id": str(uuid7()),
            "request": str(request),
            "ride": choice.ride and str(choice.ride),
            "stay": choice.stay and str(choice.stay),
            "arrival_zone": choice.arrival_zone,
        }
        return UUID(self.call("propose", "POST", "matches", by, body)["id"])

    def accept(self, by: Actor, match: UUID, at: datetime) -> None:
        """The household chooses it."""
        self.call("accept", "POST", f"matches/{match}/accept", by)

    def decline(self, by: Actor, match: UUID, at: datetime) -> None:
        """The household refuses it."""
        self.call("decline", "POST", f"matches/{match}/decline", by)

    def confirm(self, by: Actor, match: UUID, at: datetime) -> None:
        """Everything re-checked, seats and beds taken."""
        self.call("confirm", "POST", f"matches/{match}/confirm", by)

    def cancel(self, by: Actor, match: UUID, reason: str, at: datetime) -> None:
        """Called off before departure."""
        self.call("cancel", "POST", f"matches/{match}/cancel", by, {"reason": reason})

    def depart(self, by: Actor, match: UUID, handover: Handover, at: datetime) -> None:
        """The handover at the gate."""
        body = {
            "counted": handover.counted,
            "pass_code": handover.pass_code,
            "plate": handover.plate,
            "second_staff": handover.second_staff and str(handover.second_staff),
        }
        self.call("depart", "POST", f"journeys/{match}/departure", by, body)

    def household_arrived(self, by: Actor, match: UUID, code: str, at: datetime) -> None:
        """Staff who reached the household by phone: the public door limits how often one address may come."""
        self.call("arrive (household)", "POST", f"journeys/{match}/arrival", by, {"side": "refugee"})

    def receiver_arrived(self, by: Actor, match: UUID, at: datetime) -> None:
        """The receiving side says so."""
        self.call("arrive (receiver)", "POST", f"journeys/{match}/arrival", by, {"side": "receiver"})

    def close(self, by: Actor, match: UUID, at: datetime) -> None:
        """A ride is over."""
        self.call("close", "POST", f"journeys/{match}/closure", by)

    def end_request(self, by: Actor, request: UUID, at: datetime) -> None:
        """The household helps itself."""
        self.call("end request", "POST", f"requests/{request}/cancellation", by)

    def place_child(self, by: Actor, household: UUID, reference: str, until: date, at: datetime) -> None:
        """Child protection decides."""
        body = {"id": str(uuid7()), "reference": reference, "expires_on": until.isoformat()}
        self.call("place child", "POST", f"households/{household}/placements", by, body)

    def report(self, by: Actor, match: UUID, kind: str, at: datetime) -> None:
        """Staff write down a concern."""
        body = {"id": str(uuid7()), "kind": kind, "text": ""}
        self.call("report", "POST", f"journeys/{match}/concerns", by, body)

    def suspend(self, by: Actor, provider: UUID, at: datetime) -> None:
        """An officer suspends a provider."""
        self.call("suspend", "POST", f"providers/{provider}/suspension", by, {"reason": "officer_doubt"})


def _id(part: Mapping[str, Any] | None) -> UUID | None:
    return UUID(part["id"]) if part else None


def _json(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None
