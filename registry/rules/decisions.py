"""Rules 2 and 3: who may decide on whom. No setting, role or superuser turns this off."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from registry.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Contact:
    """What two people can have in common; keys are normalised, empty means unknown."""

    surname_key: str = ""
    address_key: str = ""
    town: str = ""
    phones: frozenset[str] = frozenset()
    plates: frozenset[str] = frozenset()
    organization: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decider:
    """An officer who wants to decide."""

    person: UUID
    organization: UUID | None
    is_authority: bool
    contact: Contact = field(default=Contact())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided on: its people are everybody whose record it is (account, residents' accounts)."""

    people: frozenset[UUID] = frozenset()
    created_by: UUID | None = None
    invited_by: UUID | None = None
    organizations: frozenset[UUID] = frozenset()
    contacts: tuple[Contact, ...] = ()


def conflicts(mine: Contact, theirs: Contact) -> Iterator[Reason]:
    """Rule 3: what the two have in common that makes a decision improper."""
    if mine.address_key and mine.address_key == theirs.address_key:
        yield Reason("conflict_address", rule=3)
    if mine.phones & theirs.phones:
        yield Reason("conflict_phone", rule=3)
    if mine.plates & theirs.plates:
        yield Reason("conflict_plate", rule=3)
    if mine.organization and mine.organization == theirs.organization:
        yield Reason("conflict_employer", rule=3)
    if mine.surname_key and mine.surname_key == theirs.surname_key and mine.town and mine.town == theirs.town:
        yield Reason("conflict_surname", rule=3)


def may_decide(decider: Decider, subject: Subject, declared_conflict: bool = False) -> tuple[Reason, ...]:
    """Every reason why this officer may not decide on this subject at all (first or second)."""
    return tuple(_may_decide(decider, subject, declared_conflict))


def _may_decide(decider: Decider, subject: Subject, declared: bool) -> Iterator[Reason]:
    if decider.person in subject.people:
        yield Reason("decides_on_self", rule=2)
    if decider.person == subject.created_by:
        yield Reason("decider_is_creator", rule=2)
    if decider.person == subject.invited_by:
        yield Reason("decider_is_inviter", rule=2)
    if decider.organization is None:
        yield Reason("decider_without_organization", rule=2)
    elif decider.organization in subject.organizations:
        yield Reason("decides_on_own_organization", rule=2)
    if declared:
        yield Reason("conflict_declared", rule=3)
    seen: set[str] = set()
    for reason in (r for contact in subject.contacts for r in conflicts(decider.contact, contact)):
        if reason.code not in seen:
            seen.add(reason.code)
            yield reason


def may_second(first: Decider, second: Decider) -> tuple[Reason, ...]:
    """Rule 2: why these two may not decide together."""
    return tuple(_may_second(first, second))


def _may_second(first: Decider, second: Decider) -> Iterator[Reason]:
    if first.person == second.person:
        yield Reason("second_is_first", rule=2)
    if None in (first.organization, second.organization) or first.organization == second.organization:
        yield Reason("same_organization_twice", rule=2)
    if not (first.is_authority or second.is_authority):
        yield Reason("no_authority_among_two", rule=2)


def two_person(deciders: Iterable[Decider], subject: Subject) -> tuple[Reason, ...]:
    """The whole rule for a pair: each may decide, and both may decide together."""
    pair = tuple(deciders)
    alone = tuple(r for one in pair for r in may_decide(one, subject))
    return alone + (may_second(*pair) if len(pair) == 2 else (Reason("second_decision_missing", rule=2),))
