"""How long somebody who was removed is still let in over HTTP: ``leaving TIMES ANSWER.json``.

A session and a token of the same person keep calling, each as fast as it is answered, while the removal comes. What
counts is the time from sending the removal to the last call that was still let in.
"""

import http.client
import json
import sys
import threading
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.prove import stage

# How long one waits for the first refusal: far more than the promise, so that a broken one is seen.
PATIENCE_S = 5.0
BEFORE_S = 0.05


@dataclass
class Prober(threading.Thread):
    """Calls with one credential until it is refused; remembers when it was last let in."""

    port: int
    headers: dict[str, str]
    taken: int = 0
    last_taken: float = 0.0
    refused: bool = False
    give_up: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        """Call, call, call."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            while not self.refused and not self.give_up.is_set():
                connection.request("GET", "/api/v1/me", headers=self.headers)
                answer = connection.getresponse()
                answer.read()
                self.refused = answer.status == 401
                if answer.status == 200:
                    self.taken, self.last_taken = self.taken + 1, time.perf_counter()


def main(times: int, answer: Path) -> None:
    """So many people, each removed in one of the ways, one after the other."""
    stage.set_up(answer.parent)
    from django.db import connection

    server = stage.Server(answer.parent, with_worker=False)
    lived: dict[str, list[float]] = defaultdict(list)
    before = 0
    steward = _token("sorin")[1]
    connection.close()
    server.start()
    try:
        for _ in range(times):
            for way in WAYS:
                found, calls = _removed(server.port, steward, way)
                before += calls
                for kind, seconds in found.items():
                    lived[f"{way}: {kind}"].append(seconds)
    finally:
        server.stop()
    answer.write_text(json.dumps({"lived": lived, "taken_before": before}), "utf-8")


@dataclass(frozen=True)
class Removed:
    """Somebody with a session and a token, and what a removal is about."""

    person: UUID
    grant: UUID
    token: UUID
    sign_in: UUID
    secret: str
    cookie: str


def _somebody() -> Removed:
    from django.test import Client

    from registry import models as m
    from tests import factories as f

    person = f.person("volunteer", zone="siret")
    token, secret = _token_of(person)
    browser = Client(SERVER_NAME="127.0.0.1")
    sign_in = f.sign_in(browser, person)
    grant = m.RoleGrant.objects.get(person=person)
    return Removed(person.pk, grant.pk, token.pk, sign_in.pk, secret, browser.cookies["sessionid"].value)


def _token(name: str) -> tuple[Any, str]:
    from tests import factories as f

    return _token_of(f.known(name))


def _token_of(person: Any) -> tuple[Any, str]:
    from django.utils import timezone

    from registry.ids import uuid7
    from registry.services import accounts
    from tests import factories as f

    return accounts.issue_token(actor=f.actor(person), id=uuid7(), name="proof", at=timezone.now())


# What is called to remove somebody, by the steward or by themselves, and which credentials are over then.
WAYS = {
    "account closed": (lambda who: f"people/{who.person}/deactivation", True, ("session", "token")),
    "role ended": (lambda who: f"roles/{who.grant}/end", True, ("session", "token")),
    "token revoked": (lambda who: f"me/tokens/{who.token}/revocation", False, ("token",)),
    "signed out elsewhere": (lambda who: f"me/sign-ins/{who.sign_in}/end", False, ("session",)),
}


def _removed(port: int, steward: str, way: str) -> tuple[dict[str, float], int]:
    """Seconds that each credential lived on and that the answer took, and how many calls were let in."""
    from tests.prove.at_work import Caller, Write

    who = _somebody()
    path, by_steward, ends = WAYS[way]
    credentials = {
        "session": {"Cookie": f"sessionid={who.cookie}"},
        "token": {"Authorization": f"Bearer {who.secret}"},
    }
    probers = {kind: Prober(port, credentials[kind]) for kind in ends}
    for prober in probers.values():
        prober.start()
    time.sleep(BEFORE_S)
    sent = time.perf_counter()
    status, said = Caller(port, steward if by_steward else who.secret).post(Write(way, path(who), {}, ""))
    answered = time.perf_counter() - sent
    if status >= 300:
        raise RuntimeError(f"{way} was answered {status}: {said}")
    lived = {kind: _lived(prober, sent) for kind, prober in probers.items()}
    return {**lived, "answer": answered}, sum(prober.taken for prober in probers.values())


def _lived(prober: Prober, sent: float) -> float:
    prober.join(PATIENCE_S)
    prober.give_up.set()
    prober.join()
    return max(prober.last_taken - sent, 0.0) if prober.refused else PATIENCE_S


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
