"""Who one would meet: households aboard a ride or under a roof, and those who live there."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from registry.rules.facts import Group, Guest
from registry.selectors import sql

_PLACED = """
SELECT {owner}, l.match_id, l.from_date, l.to_date, hh.women, hh.men, hh.minors, hh.size,
    EXISTS (SELECT 1 FROM registry_protectiondecision d WHERE d.household_id = hh.id
        AND d.kind = 'unrelated_men_accepted' AND d.second_by_id IS NOT NULL
        AND d.ended_at IS NULL AND d.expires_on >= %s)
FROM registry_leg l
JOIN registry_match k ON k.id = l.match_id
JOIN registry_household hh ON hh.id = k.household_id
{of}
WHERE {owner} IN (%s) AND l.taken_at IS NOT NULL AND l.released_at IS NULL
"""
_ABOARD = _PLACED.format(owner="l.transport_offer_id", of="")
_GUESTS = _PLACED.format(
    owner="o.dwelling_id", of="JOIN registry_accommodationoffer o ON o.id = l.accommodation_offer_id"
)
_RESIDENTS = """
SELECT dwelling_id, sex, birth_year FROM registry_resident WHERE dwelling_id IN (%s) AND moved_out_at IS NULL
"""


def crew(sexes: Collection[str]) -> Group:
    """Driver and escort as passengers meet them: whoever is not known to be a woman counts as a man."""
    women = sum(sex == "f" for sex in sexes)
    return Group(women=women, men=len(sexes) - women)


_PROMISED = """
SELECT l.{kind}_offer_id, SUM(l.people) FROM registry_leg l JOIN registry_match k ON k.id = l.match_id
WHERE l.{kind}_offer_id IN (%s) AND k.status = 'accepted' AND k.accepted_at > %s GROUP BY l.{kind}_offer_id
"""


def promised(kind: str, offers: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Places of these offers, by id, that households have chosen since and that are not confirmed yet."""
    found = sql.rows(_PROMISED.format(kind=kind), [*offers], since)
    return {sql.as_uuid(offer): int(people) for offer, people in found}


def aboard(offers: Collection[UUID], today: date, leaving_out: UUID | None) -> dict[UUID, list[Group]]:
    """Households with seats on these rides; ``leaving_out`` is a match that does not count."""
    found: dict[UUID, list[Group]] = defaultdict(list)
    for owner, group, _, _ in _placed(_ABOARD, offers, today, leaving_out):
        found[owner].append(group)
    return found


def guests(dwellings: Collection[UUID], today: date, leaving_out: UUID | None) -> dict[UUID, list[Guest]]:
    """Households with beds in these dwellings; one that should have left but has not is still there tonight."""
    found: dict[UUID, list[Guest]] = defaultdict(list)
    tomorrow = today + timedelta(days=1)
    for owner, group, first, until in _placed(_GUESTS, dwellings, today, leaving_out):
        found[owner].append(Guest(group, first or today, max(until or tomorrow, tomorrow)))
    return found


def _placed(
    query: str, owners: Collection[UUID], today: date, leaving_out: UUID | None
) -> Iterator[tuple[UUID, Group, date | None, date | None]]:
    """Owner, household as others meet it, and dates of every leg that holds its places."""
    for owner, match, first, until, women, men, minors, size, agreed in sql.rows(query, today, [*set(owners)]):
        if sql.as_uuid(match) != leaving_out:
            group = Group(women, men, minors, size - women - men - minors, bool(agreed))
            yield sql.as_uuid(owner), group, first, until


def residents(dwellings: Collection[UUID], today: date) -> dict[UUID, Group]:
    """Who lives in these dwellings."""
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for dwelling, sex, birth_year in sql.rows(_RESIDENTS, [*set(dwellings)]):
        is_child = today.year - birth_year < 18
        counts[sql.as_uuid(dwelling)][2 if is_child else 0 if sex == "f" else 1] += 1
    return {dwelling: Group(women, men, children) for dwelling, (women, men, children) in counts.items()}
