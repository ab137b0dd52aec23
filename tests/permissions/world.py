"""One small world for permissions: for each role somebody in whose scope the thing is, and somebody elsewhere."""

from functools import cache, cached_property
from typing import Any

from django.db import transaction
from django.test import Client

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.pictures import Picture
from registry.rules.reasons import Reason
from registry.services import (
    accounts,
    break_glass,
    decisions,
    handing_over,
    intake,
    invitations,
    photos,
    protection,
    register,
    signals,
)
from registry.services.appointments import Appointment
from registry.services.signals import About
from tests import factories as f
from tests.invented import plans, refusals, snapshots

ROLES = (
    "volunteer",
    "coordinator",
    "officer",
    "child_protection",
    "case_worker",
    "partner",
    "provider",
    "auditor",
    "steward",
)
HERE, ELSEWHERE = "RO-SV", "RO-TL"


class World:
    """Things at Siret and of Drum Bun; everything is made when a scene first asks for it."""

    def __init__(self) -> None:
        f.geography()
        self._clients: dict[tuple[str, bool], Client] = {}

    def person(self, role: str, own: bool) -> m.Person:
        """Somebody with this role, in whose scope the world is or is not."""
        if role == "provider":
            return self.account if own else self.other_account
        if role == "partner":
            return f.known("pavel") if own else self.other_partner
        known = _KNOWN.get((role, own)) or _KNOWN.get((role, True)) if role in ("auditor", "steward") else None
        known = known or _KNOWN.get((role, own))
        return f.known(known) if known else self._staff(role, HERE if own else ELSEWHERE)

    def _staff(self, role: str, county: str) -> m.Person:
        found = m.Person.objects.filter(grants__role=role, grants__county=county).first()
        return found or f.person(role, county=county, organization=f.organization("Alta autoritate", "authority"))

    def client(self, role: str, own: bool) -> Client:
        """A browser or program of that somebody; nobody is signed in for the public."""
        if (role, own) not in self._clients:
            self._clients[role, own] = client = Client(raise_request_exception=False)
            if role != "public":
                f.sign_in(client, self.person(role, own))
        return self._clients[role, own]

    @cached_property
    def drum_bun(self) -> m.Organization:
        return f.organization("Drum Bun", "ngo")

    @cached_property
    def account(self) -> m.Person:
        return f.person("provider", given_name="Elena", family_name="Gazda")

    @cached_property
    def other_account(self) -> m.Person:
        who = f.person("provider", given_name="Ion", family_name="Strain")
        f.verified_provider(driver=True, host=True, town="tulcea", account=who)
        return who

    @cached_property
    def other_partner(self) -> m.Person:
        return f.person("partner", organization=f.organization("Alt ONG", "ngo"))

    @cached_property
    def behind(self) -> m.Provider:
        return f.verified_provider("organization", organization=self.drum_bun)

    @cached_property
    def provider(self) -> m.Provider:
        assert self.behind
        return f.verified_provider(driver=True, host=True, account=self.account, organization=self.drum_bun)

    @cached_property
    def car(self) -> m.Vehicle:
        return f.vehicle(self.provider)

    @cached_property
    def home(self) -> m.Dwelling:
        return f.dwelling(self.provider)

    @cached_property
    def resident(self) -> m.Resident:
        found = self.home.residents.first()
        assert found
        return found

    @cached_property
    def ride(self) -> m.TransportOffer:
        return f.transport_offer(self.provider, self.car)

    @cached_property
    def stay(self) -> m.AccommodationOffer:
        return f.accommodation_offer(self.home)

    def offer(self, kind: str, status: str) -> Any:
        """A ride or a bed in this state."""
        if kind == "transport":
            return f.transport_offer(self.provider, self.car, status=status)
        return f.accommodation_offer(self.home, status=status)

    def thing(self, kind: str, status: str = "verified") -> Any:
        """The provider, its car or its home, in this state of vetting."""
        row = {"provider": lambda: self.provider, "vehicle": lambda: self.car, "dwelling": lambda: self.home}[kind]()
        row.refresh_from_db()
        if status == "applied" and row.status != status:
            # Nothing leads back there.
            with f.unguarded():
                row.status, row.verified_at, row.verified_until = status, None, None
                row.save(update_fields=["status", "verified_at", "verified_until"])
        return f.bring(row, status)

    def pending(self, kind: str, first: Actor | None = None) -> m.Decision:
        """A decision to verify that waits for its second person; Petru was the first unless somebody is named."""
        return decisions.decide_first(
            actor=first or f.petru(),
            kind=kind,
            subject=self.thing(kind, "in_review").pk,
            id=uuid7(),
            decision="verify",
            reason="checks_complete",
            at=f.NOW,
        )

    @cached_property
    def household(self) -> m.Household:
        return f.household()

    @cached_property
    def child(self) -> m.Household:
        return f.household([f.CHILD_ALONE])

    @cached_property
    def request(self) -> m.HelpRequest:
        f.staffed()
        return f.help_request("ride", self.household)

    def review(self) -> m.Review:
        """A decision of Petru and Olena on which the lot fell."""
        decision = self.pending("provider")
        decisions.decide_second(actor=f.olena(), decision=decision.pk, carry=True, reason="checks_complete", at=f.NOW)
        return m.Review.objects.create(id=uuid7(), created_at=f.NOW, decision=decision, due_at=f.NOW + f.DAY)

    def match(self, status: str, stay: bool = False) -> m.Match:
        """A match of the household in this state, carried by the provider."""
        if stay:
            request = f.help_request("stay", self.household)
            return f.match(status, request=request, stay=self.stay)
        return f.match(status, request=self.request, ride=self.ride)

    def acceptance(self) -> m.ProtectionDecision:
        """A coordinator has written that a woman asked for it in private."""
        return protection.ask_to_accept_men(
            actor=f.andrei(),
            household=self.household.pk,
            id=uuid7(),
            reason="She asked for it in private today.",
            expires_on=f.TODAY + f.DAY,
            at=f.NOW,
        )

    def placement(self) -> m.ProtectionDecision:
        """Child protection has placed the child."""
        return protection.place_child(
            actor=f.daria(),
            household=self.child.pk,
            id=uuid7(),
            reference="DGASPC-17",
            expires_on=f.TODAY + f.DAY,
            at=f.NOW,
        )

    def consent(self) -> None:
        """The household shares with Drum Bun."""
        intake.set_consent(
            actor=f.maria(),
            household=self.household.pk,
            organization=self.drum_bun.pk,
            given=True,
            id=uuid7(),
            at=f.NOW,
        )

    def plan(self, status: str = "draft") -> m.Plan:
        """A plan for Siret in which the household has the home's bed; Andrei asked for it."""
        f.staffed("siret")
        if status == "queued":
            return plans.asked()
        return plans.drafted([(f.help_request("stay", self.household), self.stay)])

    def plan_row(self) -> m.PlanRow:
        """The row of such a plan."""
        found = self.plan().rows.first()
        assert found
        return found

    def handover(self, giver: str) -> m.ShiftHandover:
        """A shift at Siret that somebody hands over to whoever comes; Maria is on duty there."""
        assert f.staffed()
        shift = f.staffed(who=f.known(giver))
        given: dict[str, Any] = {"id": uuid7(), "to": None, "first": (), "at": f.NOW}
        return handing_over.hand_over(actor=f.actor(f.known(giver)), shift=shift.pk, **given)

    def alarm(self, role: str = "volunteer") -> m.Alarm:
        """An open alarm at Siret."""
        place = {"county_id": HERE} if role == "officer" else {"zone_id": "siret", "county_id": HERE}
        return m.Alarm.objects.create(id=uuid7(), created_at=f.NOW, code="overdue_call_both", role=role, **place)

    def signal(self) -> m.Signal:
        """An open signal to review, about the provider."""
        reason = Reason("name_alike", severity="review")
        with transaction.atomic():
            return signals.notice(reason, About(provider=self.provider, same=(uuid7(),)), at=f.NOW)  # type: ignore[return-value]

    def refused(self) -> m.RefusedEntry:
        """The provider as an entry of the register, listed by two who are not asked in the table."""
        return refusals.listed(self.provider)

    def refusal_pending(self, first: Actor | None = None) -> m.RefusalDecision:
        """A decision to lift the entry; Petru was the first unless somebody is named."""
        return register.decide_first(
            actor=first or f.petru(), entry=self.refused().pk, id=uuid7(), decision="lift", at=f.NOW
        )

    def account_decision(self) -> m.AccountDecision:
        """The only steward asks for a role with power; both officers of the world work elsewhere."""
        for name in ("olena", "stefan"):
            m.Person.objects.filter(pk=f.known(name).pk).update(
                organization=f.organization("Alta autoritate", "authority")
            )
        asked = accounts.grant_role(
            actor=f.sorin(), person=f.person().pk, id=uuid7(), role="auditor", zone=None, county=None, at=f.NOW
        )
        assert isinstance(asked, m.AccountDecision)
        return asked

    def invitation(self) -> m.Invitation:
        """An invitation that can still be used."""
        wanted = Appointment(role="volunteer", zone="siret")
        given: dict[str, Any] = {"organization": None, "language": "ro", "email": "new@example.org"}
        return invitations.invite(actor=f.sorin(), id=uuid7(), wanted=wanted, at=f.NOW, **given)[0]

    def broken(self) -> m.BreakGlass:
        """The household's record, opened by Maria in an emergency."""
        reason = "Their child has arrived alone somewhere else."
        given = {"id": uuid7(), "code": self.household.code, "reason": reason, "at": f.NOW}
        return break_glass.break_glass(actor=f.maria(), **given)  # type: ignore[arg-type]

    def photo(self, *, confirmed: bool = True) -> m.Photo:
        """A photograph of the car, confirmed by Olena or not yet, while the household's journey waits at the gate."""
        self.match("confirmed")
        given = {"actor": f.owner(self.provider), "id": uuid7(), "at": f.NOW}
        row = photos.add(vehicle=self.car.pk, picture=small_picture(), **given)  # type: ignore[arg-type]
        return photos.confirm(actor=f.olena(), photo=row.pk, at=f.NOW) if confirmed else row

    def concern(self) -> m.Concern:
        """An open report about the provider."""
        return m.Concern.objects.create(
            id=uuid7(),
            created_at=f.NOW,
            provider=self.provider,
            kind="money",
            source="h:test",
            text="He asked for money.",
        )


@cache
def small_picture() -> Picture:
    """A photograph as it is kept."""
    return photos.prepared(snapshots.jpeg(320, 240))


_KNOWN = {
    ("volunteer", True): "maria",
    ("volunteer", False): "vasile",
    ("coordinator", True): "andrei",
    ("officer", True): "olena",
    ("officer", False): "stefan",
    ("child_protection", True): "daria",
    ("auditor", True): "alina",
    ("steward", True): "sorin",
}
