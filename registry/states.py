"""Every state machine of the registry, as data. No Django: models derive their constraints from it.

A machine lists its transitions as ``action -> (states it may start from, state it leads to)``.
``implies`` names the columns that a state cannot be without; the database holds both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


class IllegalTransition(Exception):
    """An action that the current state does not allow. ``code`` is stable for clients."""

    code = "illegal_transition"

    def __init__(self, machine: str, state: str, action: str) -> None:
        self.machine, self.state, self.action = machine, state, action
        super().__init__(f"{machine}: cannot {action} while {state}")


@dataclass(frozen=True)
class Machine:
    """One state machine: states in reading order, the first is where every row starts."""

    name: str
    states: tuple[str, ...]
    transitions: Mapping[str, tuple[tuple[str, ...], str]]
    implies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def initial(self) -> str:
        """The state of a new row."""
        return self.states[0]

    def after(self, state: str, action: str) -> str:
        """The state that ``action`` leads to; raises IllegalTransition when it is not allowed."""
        sources, target = self.transitions[action]
        if state not in sources:
            raise IllegalTransition(self.name, state, action)
        return target

    def actions_from(self, state: str) -> tuple[str, ...]:
        """The actions that are open in ``state``, in the order of the table."""
        return tuple(name for name, (sources, _) in self.transitions.items() if state in sources)


VETTED_STATES = (
    "applied",
    "in_review",
    "info_requested",
    "verified",
    "suspended",
    "expired",
    "rejected",
    "revoked",
)


def _vetted(name: str) -> Machine:
    """Providers, vehicles and dwellings are vetted alike."""
    return Machine(
        name=name,
        states=VETTED_STATES,
        transitions={
            "start_review": (("applied",), "in_review"),
            "request_info": (("in_review",), "info_requested"),
            "supply_info": (("info_requested",), "in_review"),
            "verify": (("in_review", "verified"), "verified"),
            "reject": (("in_review",), "rejected"),
            "edit_checked_field": (("verified", "expired", "in_review"), "in_review"),
            "expire": (("verified",), "expired"),
            "renew": (("expired",), "in_review"),
            "suspend": (("applied", "in_review", "info_requested", "verified", "expired"), "suspended"),
            "lift": (("suspended",), "in_review"),
            "revoke": (("suspended",), "revoked"),
            "appeal": (("rejected",), "in_review"),
        },
        implies={
            "verified": ("verified_at", "verified_until"),
            "suspended": ("suspended_at",),
            "revoked": ("revoked_at",),
        },
    )


PROVIDER = _vetted("provider")
VEHICLE = _vetted("vehicle")
DWELLING = _vetted("dwelling")

OFFER = Machine(
    name="offer",
    states=("draft", "open", "paused", "full", "withdrawn", "lapsed"),
    transitions={
        "publish": (("draft", "paused"), "open"),
        "pause": (("open", "full"), "paused"),
        "fill": (("open",), "full"),
        "free": (("full",), "open"),
        "withdraw": (("draft", "open", "paused", "full"), "withdrawn"),
        "lapse": (("draft", "open", "paused", "full"), "lapsed"),
    },
    implies={"open": ("published_at",), "full": ("published_at",), "withdrawn": ("withdrawn_at",)},
)

REQUEST = Machine(
    name="request",
    states=("open", "matched", "completed", "cancelled", "referred"),
    transitions={
        "match": (("open",), "matched"),
        "reopen": (("matched",), "open"),
        "complete": (("matched",), "completed"),
        "cancel": (("open",), "cancelled"),
        "refer": (("open",), "referred"),
    },
    implies={"completed": ("closed_at",), "cancelled": ("closed_at",), "referred": ("closed_at",)},
)

MATCH = Machine(
    name="match",
    states=(
        "proposed",
        "accepted",
        "confirmed",
        "departed",
        "overdue",
        "alerted",
        "arrived",
        "resolved",
        "closed",
        "declined",
        "cancelled",
        "halted",
    ),
    transitions={
        "accept": (("proposed",), "accepted"),
        "decline": (("proposed", "accepted"), "declined"),
        "confirm": (("accepted",), "confirmed"),
        "depart": (("confirmed",), "departed"),
        "arrive": (("departed", "overdue", "alerted", "halted"), "arrived"),
        "miss": (("departed",), "overdue"),
        "alert": (("departed", "overdue"), "alerted"),
        "resolve": (("alerted", "overdue", "halted"), "resolved"),
        "close": (("arrived", "resolved"), "closed"),
        "cancel": (("proposed", "accepted", "confirmed"), "cancelled"),
        "halt": (("proposed", "accepted", "confirmed", "departed", "overdue", "alerted", "arrived"), "halted"),
    },
    implies={
        "accepted": ("accepted_at",),
        "confirmed": ("accepted_at", "confirmed_at"),
        "departed": ("confirmed_at", "departed_at", "eta_at"),
        "overdue": ("departed_at", "eta_at"),
        "alerted": ("departed_at", "eta_at"),
        "arrived": ("arrived_at", "refugee_arrived_at", "receiver_arrived_at"),
        "halted": ("halted_at",),
        "closed": ("closed_at",),
    },
)

PASS = Machine(
    name="pass",
    states=("issued", "revoked", "expired"),
    transitions={"revoke": (("issued",), "revoked"), "expire": (("issued",), "expired")},
    implies={"revoked": ("revoked_at",)},
)

KEY = Machine(
    name="key",
    states=("announced", "active", "retired", "withdrawn"),
    transitions={
        "activate": (("announced",), "active"),
        "retire": (("announced", "active"), "retired"),
        "withdraw": (("announced", "active", "retired"), "withdrawn"),
    },
    implies={"active": ("activated_at",), "retired": ("retired_at",), "withdrawn": ("withdrawn_at",)},
)

ZONE = Machine(
    name="zone",
    states=("draft", "active", "suspended", "retired"),
    transitions={
        "activate": (("draft", "suspended"), "active"),
        "suspend": (("active",), "suspended"),
        "retire": (("draft", "active", "suspended"), "retired"),
    },
    implies={"active": ("activated_at",)},
)

REFUSAL = Machine(
    name="refusal",
    states=("suggested", "proposed", "listed", "appealed", "lifted", "dropped"),
    transitions={
        "propose": (("suggested",), "proposed"),
        "withdraw": (("proposed",), "suggested"),
        "list": (("proposed",), "listed"),
        "drop": (("suggested", "proposed"), "dropped"),
        "appeal": (("listed",), "appealed"),
        "uphold": (("appealed",), "listed"),
        "lift": (("listed", "appealed"), "lifted"),
    },
    implies={
        "listed": ("listed_at", "review_on"),
        "appealed": ("listed_at", "appealed_at"),
        "lifted": ("lifted_at",),
    },
)
REFUSAL_COUNTING = ("listed", "appealed")

PLAN = Machine(
    name="plan",
    states=("queued", "making", "draft", "partly_confirmed", "confirmed", "discarded", "cancelled", "failed"),
    transitions={
        # A round that was killed is taken up again by another.
        "start": (("queued", "making"), "making"),
        "finish": (("making",), "draft"),
        "confirm_part": (("draft", "partly_confirmed"), "partly_confirmed"),
        "confirm": (("draft", "partly_confirmed"), "confirmed"),
        "discard": (("draft", "partly_confirmed"), "discarded"),
        "cancel": (("queued", "making"), "cancelled"),
        "fail": (("queued", "making"), "failed"),
    },
    implies={
        "making": ("started_at", "beat_at"),
        "draft": ("finished_at",),
        "partly_confirmed": ("finished_at",),
        "confirmed": ("finished_at", "closed_at"),
        "discarded": ("finished_at", "closed_at"),
        "cancelled": ("closed_at",),
        "failed": ("closed_at",),
    },
)
PLAN_RUNNING = ("queued", "making")
PLAN_OPEN = ("draft", "partly_confirmed")
# A plan that can be made anew after things have changed.
PLAN_FINISHED = (*PLAN_OPEN, "confirmed")

PLAN_ROW = Machine(
    name="plan row",
    states=("planned", "changed", "confirmed", "refused", "left_out"),
    transitions={
        "change": (("planned", "changed", "refused", "left_out"), "changed"),
        "leave_out": (("planned", "changed", "refused"), "left_out"),
        "confirm": (("planned", "changed"), "confirmed"),
        "refuse": (("planned", "changed"), "refused"),
    },
    implies={"changed": ("decided_at",), "confirmed": ("decided_at", "match_id"), "refused": ("decided_at",)},
)
PLAN_ROW_WAITING = ("planned", "changed")

MACHINES: Mapping[str, Machine] = {
    m.name: m for m in (PROVIDER, VEHICLE, DWELLING, OFFER, REQUEST, MATCH, PASS, KEY, ZONE, REFUSAL, PLAN, PLAN_ROW)
}

MATCH_UNDECIDED = ("proposed", "accepted")
MATCH_HOLDING_CAPACITY = ("confirmed", "departed", "overdue", "alerted", "arrived", "halted", "resolved")
MATCH_ON_THE_ROAD = ("departed", "overdue", "alerted")
MATCH_ACTIVE = ("proposed", "accepted", "confirmed", "departed", "overdue", "alerted")
MATCH_OVER = ("closed", "declined", "cancelled", "resolved")
