"""The register of refused providers: entered by two, found by fingerprint, appealed, lifted by two others."""

from typing import Any

import pytest

from registry import models as m
from registry.errors import TooMany
from registry.ids import uuid7
from registry.permissions import Actor
from registry.rules.policy import DEFAULT
from registry.services import providers, register, suspension
from tests import factories as f
from tests.invented import refusals
from tests.services.claims import again, entries, refused
from tests.services.test_identities import applies, held, show, signals

pytestmark = pytest.mark.django_db
DRAFT: dict[str, Any] = {"identifiers": {"phone": "0721 555 001", "document": "SV 555001"}, "country": "RO"}


def reader() -> Actor:
    """A partner's program with the scope to ask."""
    return f.actor(f.person("register_reader", organization=f.organization("Asking partner")))


def known(kind: str, value: str, country: str = "") -> bool:
    """What a partner is answered."""
    return register.ask(actor=reader(), kind=kind, value=value, country=country, at=f.NOW)


def first(entry: m.RefusedEntry, decision: str, by: Actor) -> m.RefusalDecision:
    """The first of two."""
    return register.decide_first(actor=by, entry=entry.pk, id=uuid7(), decision=decision, at=f.NOW)


def second(decision: m.RefusalDecision, by: Actor, *, carry: bool = True) -> m.RefusalDecision:
    """The second of two."""
    return register.decide_second(actor=by, decision=decision.pk, carry=carry, at=f.NOW)


def test_a_suggestion_counts_when_two_have_listed_it() -> None:
    entry = refusals.suggested(**DRAFT)
    assert not known("phone", "0721 555 001")
    assert not held(applies(phone="0721 555 001", town="tulcea"))
    refusals.list_it(entry)
    assert known("phone", "+40 721 555 001")
    assert known("document", "sv-555001", "RO")
    assert not known("document", "sv-555001", "MD")
    assert (entry.status, entry.review_on) == ("listed", f.TODAY.replace(year=f.TODAY.year + 1))
    assert [action for action, _ in entries(entry)] == ["register.suggested", "register.first", "register.carried"]


def test_only_fingerprints_and_last_signs_are_kept() -> None:
    entry = refusals.listed(**DRAFT, given_name="Ion", family_name="Raufacatorul", birth_year=1970)
    said = f"{m.RefusedEntry.objects.filter(pk=entry.pk).values()} {list(entry.fingerprints.values())}"
    for plain in ("Raufacatorul", "555001", "721555"):
        assert plain not in said
    assert entry.masks == {"phone": "01", "document": "01"}


@pytest.mark.parametrize(
    ("again_by", "reason"), [("radu", "second_is_first"), ("vera", "same_organization_twice"), ("ngo", None)]
)
def test_two_people_of_two_organizations_one_an_authority(again_by: str, reason: str | None) -> None:
    entry = refusals.suggested(**DRAFT)
    pending = first(entry, "list", refusals.lister("radu", "authority"))
    radu = f.person_of(refusals.lister("radu", "authority"))
    someone = {
        "radu": lambda: refusals.lister("radu", "authority"),
        "vera": lambda: f.actor(f.person("officer", None, "RO-TL", radu.organization)),
        "ngo": lambda: refusals.lister("zina", "ngo"),
    }[again_by]()
    if reason:
        with refused("refused_by_rule", reason):
            second(pending, someone)
    else:
        assert second(pending, someone).outcome == "carried"


def test_two_without_an_authority_cannot_list() -> None:
    entry = refusals.suggested(**DRAFT)
    pending = first(entry, "list", refusals.lister("zina", "ngo"))
    other = refusals.lister("mila", "ngo")
    with refused("refused_by_rule", "no_authority_among_two"):
        second(pending, other)


@pytest.mark.parametrize("who", ["maria", "andrei", "sorin", "alina", "pavel", "daria"])
def test_only_officers_enter_and_decide(who: str) -> None:
    entry = refusals.suggested(**DRAFT)
    with refused("not_found"):
        first(entry, "list", f.actor(f.known(who)))
    with refused("not_allowed"):
        draft = register.EntryDraft(reason="threat", evidence_reference="1", **DRAFT)
        register.suggest(actor=f.actor(f.known(who)), id=uuid7(), draft=draft, at=f.NOW)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"evidence_reference": " "}, {"evidence_reference": "required"}),
        ({"reason": "dislike"}, {"reason": "unknown_choice"}),
        ({"identifiers": {"shoe": "42"}}, {"shoe": "unknown_choice"}),
        ({"identifiers": {"phone": "12"}}, {"phone": "not_readable"}),
        ({"identifiers": {}}, {"document": "identifier_needed"}),
    ],
)
def test_an_entry_needs_a_reason_evidence_and_somebody(given: dict[str, Any], fields: dict[str, str]) -> None:
    refusals.lister("radu", "authority")
    with refused("invalid", **fields):
        refusals.suggested(**{**DRAFT, **given})


# What a hit does


def test_whoever_equals_an_entry_is_held_and_somebody_is_paged() -> None:
    refusals.listed(**DRAFT)
    row = applies(phone="0040 721 555 001")
    assert signals(row) == [("register_hit", "hold")]
    assert m.Hold.objects.get(provider=row).code == "register_hit"
    alarm = m.Alarm.objects.get(provider=row)
    assert (alarm.code, alarm.role, alarm.level, alarm.county_id) == ("register_hit", "officer", 5, "RO-SV")


def test_an_edit_and_a_paper_are_asked_about_as_well() -> None:
    refusals.listed(**DRAFT)
    one, two = applies(), applies()
    providers.edit_provider(actor=f.olena(), provider=one.pk, fields={"phone": "0721 555 001"}, at=f.NOW)
    show(two, "SV555001")
    assert held(one)
    assert held(two)


def test_control_without_the_register_nobody_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.services import identities

    monkeypatch.setattr(identities, "ask_register", lambda *_: None)
    refusals.listed(**DRAFT)
    assert not held(applies(phone="0721 555 001"))


def test_somebody_who_is_here_already_is_held_when_the_entry_is_listed() -> None:
    row = applies(phone="0721 555 001", town="tulcea")
    refusals.listed(**DRAFT)
    assert held(row)


def test_a_name_with_the_year_holds_and_a_name_alone_is_reviewed() -> None:
    refusals.listed(given_name="Олександр", family_name="Шевченко", birth_year=1980)
    young = applies(given_name="Alexandr", family_name="Shevchenko", birth_year=1999)
    same = applies(given_name="Sasha", family_name="Șevcenco", birth_year=1981, town="tulcea")
    assert ("register_name", "review") in signals(young)
    assert not held(young)
    assert ("register_name_and_year", "hold") in signals(same)
    assert held(same)


def test_the_register_is_shared_by_all_counties() -> None:
    refusals.listed(**DRAFT)
    assert held(applies(phone="0721 555 001", town="tulcea"))


# Appeal and lifting


def test_a_person_appeals_and_another_pair_decides() -> None:
    row = applies()
    entry = refusals.listed(row)
    owner = f.owner(row)
    register.appeal(actor=owner, entry=entry.pk, at=f.NOW)
    assert again(entry).status == "appealed"
    for who, kind in (("radu", "authority"), ("zina", "ngo")):
        with refused("refused_by_rule", "decided_on_entry_before"):
            first(again(entry), "lift", refusals.lister(who, kind))
    pending = first(again(entry), "lift", refusals.lister("nora", "authority"))
    with refused("refused_by_rule", "decided_on_entry_before"):
        second(pending, refusals.lister("zina", "ngo"))
    second(pending, refusals.lister("mila", "ngo"))
    assert again(entry).status == "lifted"
    assert not known("phone", row.phone)


def test_an_appeal_that_is_refused_leaves_the_entry_and_sets_a_new_day() -> None:
    entry = refusals.listed(**DRAFT)
    register.appeal(actor=f.olena(), entry=entry.pk, at=f.NOW)
    second(first(again(entry), "uphold", refusals.lister("nora", "authority")), refusals.lister("mila", "ngo"))
    assert again(entry).status == "listed"
    assert known("phone", "0721 555 001")


def test_nobody_else_may_appeal() -> None:
    entry = refusals.listed(applies())
    stranger = f.owner(applies())
    f.everybody()
    with refused("not_found"):
        register.appeal(actor=stranger, entry=entry.pk, at=f.NOW)


def test_a_listing_that_the_second_refuses_is_dropped() -> None:
    entry = refusals.suggested(**DRAFT)
    second(first(entry, "list", refusals.lister("radu", "authority")), refusals.lister("zina", "ngo"), carry=False)
    assert again(entry).status == "dropped"
    assert not known("phone", "0721 555 001")


def test_the_first_may_take_a_listing_back() -> None:
    entry = refusals.suggested(**DRAFT)
    pending = first(entry, "list", refusals.lister("radu", "authority"))
    register.withdraw(actor=refusals.lister("radu", "authority"), decision=pending.pk, at=f.NOW)
    assert (again(entry).status, again(pending).outcome) == ("suggested", "withdrawn")


# Suggested by itself


@pytest.mark.parametrize(("reason", "suggested"), [("police", True), ("two_reports", True), ("failed_check", False)])
def test_a_suspension_for_abuse_suggests_the_entry(reason: str, suggested: bool) -> None:
    row = f.verified_provider()
    identities_of(row)
    suspension.suspend(actor=f.olena(), kind="provider", subject=row.pk, reason=reason, at=f.NOW)
    found = m.RefusedEntry.objects.filter(provider=row)
    assert found.exists() is suggested
    if suggested:
        entry = found.get()
        assert (entry.status, entry.suggested_by) == ("suggested", "rule")
        assert {"phone", "exact_name"} <= set(entry.fingerprints.values_list("kind", flat=True))


def test_a_revocation_for_abuse_suggests_the_entry_once() -> None:
    row = f.verified_provider()
    identities_of(row)
    suspension.suspend(actor=f.olena(), kind="provider", subject=row.pk, reason="police", at=f.NOW)
    f.decide(again(row), "revoke")
    assert m.RefusedEntry.objects.filter(provider=row).count() == 1


def identities_of(row: m.Provider) -> None:
    """Keep what an application would have kept."""
    from registry.services import identities

    identities.provider_written(row, at=f.NOW)


# Asking


def test_an_answer_is_yes_or_no_and_each_question_is_written_down() -> None:
    refusals.listed(**DRAFT)
    who = reader()
    assert register.ask(actor=who, kind="phone", value="0721 555 001", at=f.NOW) is True
    assert register.ask(actor=who, kind="phone", value="0721 555 002", at=f.NOW) is False
    asked = m.AuditEntry.objects.filter(action="register.asked").order_by("seq")
    assert [entry.data for entry in asked] == [{"kind": "phone", "known": True}, {"kind": "phone", "known": False}]


@pytest.mark.parametrize("who", ["pavel", "maria", "sorin"])
def test_nobody_asks_without_the_scope(who: str) -> None:
    with refused("not_allowed"):
        register.ask(actor=f.actor(f.known(who)), kind="phone", value="0721 555 001", at=f.NOW)


def test_the_questions_of_one_organization_are_counted_together() -> None:
    org = f.organization("Asking partner")
    people = [f.actor(f.person("register_reader", organization=org)) for _ in range(2)]
    for n in range(DEFAULT.register_questions_per_hour):
        register.ask(actor=people[n % 2], kind="plate", value=f"SV {n:02} ABC", at=f.NOW)
    with pytest.raises(TooMany):
        register.ask(actor=people[0], kind="plate", value="SV 99 ABC", at=f.NOW)
    assert register.ask(actor=reader_elsewhere(), kind="plate", value="SV 99 ABC", at=f.NOW) is False


def reader_elsewhere() -> Actor:
    """A partner of another organization."""
    return f.actor(f.person("register_reader", organization=f.organization("Other partner")))


@pytest.mark.django_db(transaction=True)
def test_the_limit_is_exact_when_all_ask_at_once(at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    who = reader()
    few = type(DEFAULT)(register_questions_per_hour=5)
    monkeypatch.setattr(register, "DEFAULT", few)
    got = at_once(12, lambda n: register.ask(actor=who, kind="plate", value=f"SV {n:02} ABC", at=f.NOW))
    assert sum(answer is False for answer in got) == 5
    assert sum(isinstance(answer, TooMany) for answer in got) == 7
