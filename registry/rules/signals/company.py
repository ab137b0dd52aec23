"""The same adult at the border again: with other people's children, or with another group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from registry.rules.policy import DEFAULT, Policy
from registry.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Group:
    """A household of whom the same phone or name was taken down.

    ``others_children`` are with neither parent nor legal guardian; ``shape`` is (people, minors, men, women): who comes
    back the same is the same household.
    """

    registered_at: datetime
    shape: tuple[int, int, int, int]
    others_children: int


def again(now: Group, before: Iterable[Group], policy: Policy = DEFAULT) -> Reason | None:
    """Two groups in thirty days, and graver when there are children in them who are not their own: hold."""
    recent = [g for g in before if 0 <= (now.registered_at - g.registered_at).days < policy.signal_groups_days]
    strange = [group for group in recent if group.shape != now.shape]
    if not strange:
        return None
    if now.others_children and any(group.others_children for group in recent):
        return Reason("other_children", severity="hold", params={"groups": len(strange) + 1})
    return Reason("two_groups", severity="hold", params={"groups": len(strange) + 1})
