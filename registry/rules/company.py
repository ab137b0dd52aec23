"""Rule 5: who would be under one roof or in one vehicle with whom. Groups count: crew, residents, households."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from registry.rules.facts import Group, Guest, Party
from registry.rules.reasons import Reason


def is_guarded(group: Group) -> bool:
    """Women, women with children, or children: without an adult man of their own.

    An adult of unknown sex is protected like a woman; a household of children alone is protected, too.
    """
    return not group.men and bool(group.women or group.unknown or group.children)


def only_men(others: Sequence[Group]) -> bool:
    """Whether there are men among the others and no woman; an adult of unknown sex counts as a man here."""
    return any(o.men or o.unknown for o in others) and not any(o.women for o in others)


def alone_with_men(households: tuple[Group, ...], fixed: Group) -> bool:
    """Whether any household of women would be with unrelated adult men only, without having agreed to it.

    ``fixed`` are the residents or the crew; every other group is a household. Symmetric on purpose: a man
    who joins later endangers the woman who is already there.
    """
    everybody = together((*households, fixed))
    return any(is_guarded(g) and not g.agreed and only_men((_without(everybody, g),)) for g in households)


def _without(everybody: Group, group: Group) -> Group:
    """All the others as one group; children do not matter here."""
    return Group(
        women=everybody.women - group.women,
        men=everybody.men - group.men,
        unknown=everybody.unknown - group.unknown,
    )


def with_only_men(
    party: Party, present: tuple[Group, ...], fixed: Group, decided: bool, *, there_already: bool = False
) -> Iterator[Reason]:
    """Rule 5 for a party that would join those present; ``decided`` lifts it for the party itself only.

    Children cannot ask for it, so a household without a woman has no such decision. What those present have
    agreed to holds for the men whom they knew of: a man who would join later is refused all the same.
    """
    mine = replace(party.group, agreed=decided and bool(party.group.women or party.group.unknown))
    is_new_man = bool(party.possibly_men) and not there_already
    others = tuple(replace(g, agreed=False) for g in present) if is_new_man else present
    if alone_with_men((mine,), together((*others, fixed))):
        yield Reason("only_unrelated_men", rule=5)
    if alone_with_men(others, together((mine, fixed))):
        yield Reason("would_leave_women_with_men", rule=5)


def together(groups: Sequence[Group]) -> Group:
    """Several groups counted as one."""
    return Group(
        women=sum(g.women for g in groups),
        men=sum(g.men for g in groups),
        children=sum(g.children for g in groups),
        unknown=sum(g.unknown for g in groups),
    )


def guests_by_night(guests: Sequence[Guest], first: date, until: date) -> Iterator[tuple[Group, ...]]:
    """Who else sleeps there, once for each night from ``first`` to before ``until`` on which that changes."""
    changes = {day for g in guests for day in (g.from_date, g.to_date) if first < day < until}
    for night in sorted({first, *changes}):
        yield tuple(g.group for g in guests if g.from_date <= night < g.to_date)
