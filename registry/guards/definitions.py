"""Every guard there is: one condition each, in SQL that both databases understand."""

from registry.guards.deciding import DECIDING
from registry.guards.guard import Guard
from registry.guards.judging import JUDGING
from registry.guards.keeping import KEEPING
from registry.guards.matching import MATCHING
from registry.guards.offering import OFFERING
from registry.guards.vetting import VETTING

GUARDS: tuple[Guard, ...] = (*KEEPING, *VETTING, *DECIDING, *JUDGING, *OFFERING, *MATCHING)


def guards_for(vendor: str) -> tuple[Guard, ...]:
    """The guards that this kind of database needs."""
    return tuple(guard for guard in GUARDS if guard.only in ("", vendor))
