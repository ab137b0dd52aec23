"""How a row of the permission table is written, called and read.

A row is ``row("GET", "api/v1/households/<uuid:pk>", scene, "volunteer=200/404 *=404 public=401")``: the address as the
resolver prints it, a scene that makes what the address is about, and what each role gets: somebody in whose scope it
is, then somebody elsewhere (``=404`` alone stands for both). ``*`` is every role that is not named. Outcomes:

- a status (200, 201, 403, 404, 409 ...): exactly this one;
- ``sees`` / ``none``: 200, and the thing of the scene is, or is not, in the answer;
- of a page: ``does``: let in, and something was done (there is an audit entry); ``in``: let in, and nothing was done
  (a page, a form with errors, a sentence that says no); ``login``: sent away to sign in.

A scene takes the world and gives a ``Scene``; without one the address has nothing to fill in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.permissions.world import ROLES, World

EVERYBODY = (*ROLES, "public")


@dataclass(frozen=True)
class Scene:
    """What an address is about: its parts, the body, the headers, and what a list must or must not show."""

    parts: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    shows: object = None
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""


@dataclass(frozen=True)
class Row:
    """One address and method, and what everybody gets."""

    method: str
    address: str
    scene: Callable[[World], Scene]
    expected: str

    @property
    def name(self) -> str:
        """How pytest shows it."""
        return f"{self.method} /{self.address}"

    def outcomes(self) -> dict[tuple[str, bool], str]:
        """What each role gets, own and elsewhere."""
        said = dict(part.split("=") for part in self.expected.split())
        unknown = set(said) - {*EVERYBODY, "*"}
        assert not unknown, unknown
        found = {}
        for role in EVERYBODY:
            own, _, other = said.get(role, said.get("*", "missing")).partition("/")
            found[role, True] = own
            if role not in ("public", "auditor", "steward"):
                found[role, False] = other or own
        return found


def nothing(_world: World) -> Scene:
    """An address that is about nothing in particular."""
    return Scene()


def row(method: str, address: str, scene: Callable[[World], Scene] | None, expected: str) -> Row:
    """One line of the table."""
    return Row(method, address, scene or nothing, expected)


def outcome(answer: Any, expected: str, shows: object, entries: int) -> str:
    """What came of a call, in the words that the row uses; ``entries`` is how many audit entries it wrote."""
    status = answer.status_code
    if expected in ("sees", "none") and status == 200:
        return "sees" if str(shows) in answer.content.decode() else "none"
    to = answer.headers.get("Location", "")
    if status == 302 and to.startswith("/login"):
        return "login"
    if expected in ("in", "does") and status not in (401, 403, 404, 405) and status < 500:
        return "does" if entries else "in"
    return str(status)


def pages(methods: str, address: str, scene: Callable[[World], Scene] | None, expected: str) -> tuple[Row, ...]:
    """One address of a page whose methods all let the same people in."""
    return tuple(row(method, address, scene, expected) for method in methods.split())
