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
    own_provider: Contact = field(default=Contact())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided on, with everybody whose record it touches.

    ``suspended_by`` is asked only when a suspension is lifted, ``decided_before`` only when an appeal is decided.
    """

    people: frozenset[UUID] = frozenset()
    created_by: UUID | None = None
    invited_by: UUID | None = None
    organizations: frozenset[UUID] = frozenset()
    contacts: tuple[Contact, ...] = ()
    suspended_by: UUID | None = None
    decided_before: frozenset[UUID] = frozenset()


# A letter that two ways of writing Cyrillic in Latin differ in, and titles that are written out or left away.
_ONE_SOUND = str.maketrans("hyj", "gii")
_TITLES = frozenset(
    ("sf", "sfantul", "sfanta", "sfintii", "gen", "general", "col", "colonel", "cpt", "capitan", "dr", "doctor")
)


def same_address(mine: str, theirs: str) -> bool:
    """Whether two address keys may be one door: the words of one are among those of the other, a number with them.

    Coarse on purpose: who leaves the flat or the block away still lives there, and a town that is not known is any.
    """
    (my_town, my_words), (their_town, their_words) = (_parts(key) for key in (mine, theirs))
    if my_town and their_town and my_town != their_town:
        return False
    fewer, more = sorted((my_words, their_words), key=len)
    return any(word.isdigit() for word in fewer) and any(not word.isdigit() for word in fewer) and fewer <= more


def _parts(key: str) -> tuple[str, frozenset[str]]:
    town, _, words = key.rpartition(":")
    return town, frozenset(word.translate(_ONE_SOUND) for word in words.split() if word not in _TITLES)


def conflicts(mine: Contact, theirs: Contact) -> Iterator[Reason]:
    """Rule 3: what the two have in common that makes a decision improper."""
    if mine.address_key and theirs.address_key and same_address(mine.address_key, theirs.address_key):
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
    if decider.person == subject.suspended_by:
        yield Reason("lifts_own_suspension", rule=2)
    if decider.person in subject.decided_before:
        yield Reason("decided_before", rule=2)
    if declared:
        yield Reason("conflict_declared", rule=3)
    yield from _conflicts_once(decider, subject)


def _conflicts_once(decider: Decider, subject: Subject) -> Iterator[Reason]:
    """Each kind of conflict once, however many people of the subject it is with."""
    seen: set[str] = set()
    pairs = ((mine, theirs) for mine in (decider.contact, decider.own_provider) for theirs in subject.contacts)
    for reason in (r for pair in pairs for r in conflicts(*pair)):
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


def may_review(third: Decider, first: Decider, second: Decider, subject: Subject) -> tuple[Reason, ...]:
    """Why this officer may not do a carried decision again: neither of the two, nor of their organizations."""
    return (*_may_review(third, first, second), *may_decide(third, subject))


def _may_review(third: Decider, first: Decider, second: Decider) -> Iterator[Reason]:
    if third.person in (first.person, second.person):
        yield Reason("review_by_decider", rule=2)
    elif third.organization in (first.organization, second.organization):
        yield Reason("review_by_same_organization", rule=2)


def two_person(deciders: Iterable[Decider], subject: Subject) -> tuple[Reason, ...]:
    """The whole rule for a pair: each may decide, and both may decide together."""
    pair = tuple(deciders)
    alone = tuple(r for one in pair for r in may_decide(one, subject))
    return alone + (may_second(*pair) if len(pair) == 2 else (Reason("second_decision_missing", rule=2),))
