"""Provider passes: issued and signed with verification, ended with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from registry import identity, signing, states
from registry import models as m
from registry.errors import Conflict
from registry.ids import read_code, spoken_code, uuid7
from registry.permissions import SYSTEM, Actor
from registry.rules import eligibility
from registry.selectors.behind import vetted_for_pass
from registry.selectors.facts import local
from registry.selectors.prepared import Prepared, first, prepared
from registry.services import audit, keys, owed_passes, rows, status_lists

PREFIX = "SZ"
# A signed time ends in 2106.
LAST_DAY = date(2099, 12, 31)
LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Pen:
    """What a pass is signed with."""

    row: m.SigningKey
    key: signing.SigningKey
    secret: bytes


def pen() -> Pen | None:
    """What signs passes now; None where no key can, which /ready tells."""
    row = keys.active("pass")
    try:
        return Pen(row, keys.signing_key("pass"), keys.plate_secret()) if row else None
    except signing.PassError:
        return None


def issue_for(*, actor: Actor, provider: m.Provider, at: datetime, today: date) -> list[m.ProviderPass]:
    """The new passes of the provider, and of whoever acts for it if it is an organization; owed while no key signs."""
    with_what = pen()
    if with_what is None:
        owed_passes.remember([provider.id], at)
        return []
    carriers = [provider]
    if provider.kind == "organization":
        carriers += m.Provider.objects.filter(kind="person", organization=provider.organization_id).order_by("id")
    wanted = [(carrier, vehicle) for carrier in carriers for vehicle in _vehicles(carrier)]
    good = [pair for pair in wanted if is_verified(*pair, today)]
    return [p for pair in good if (p := _renewed(with_what, actor, *pair, at, today))]


def is_verified(provider: m.Provider, vehicle: m.Vehicle | None, today: date) -> bool:
    """Whether everybody and everything that the pass would speak for is verified and unheld today."""
    return not any(eligibility.not_verified(vetted_for_pass(provider, vehicle), today))


def _vehicles(carrier: m.Provider) -> list[m.Vehicle | None]:
    """Its own vehicles; None stands for the person alone, who may drive what the organization owns."""
    own: list[m.Vehicle | None] = [*_verified_vehicles(carrier.pk)]
    alone = carrier.kind == "person" and (carrier.organization_id or not own)
    return [*own, None] if alone else own


@prepared
def _verified_vehicles(owner: UUID) -> QuerySet[m.Vehicle]:
    return m.Vehicle.objects.filter(provider=owner, status="verified").order_by("id")


def current(provider: m.Provider, vehicle: m.Vehicle | None) -> m.ProviderPass | None:
    """The pass that the two have now."""
    return first(_current_of_both(provider.pk, vehicle.pk) if vehicle else _current_of_person(provider.pk))


@prepared
def _current_of_both(provider: UUID, vehicle: UUID) -> QuerySet[m.ProviderPass]:
    mine = m.ProviderPass.objects.filter(provider=provider, vehicle=vehicle, status="issued")
    return mine.select_related("vehicle").order_by("pk")


@prepared
def _current_of_person(provider: UUID) -> QuerySet[m.ProviderPass]:
    return m.ProviderPass.objects.filter(provider=provider, vehicle=None, status="issued").order_by("pk")


def _renewed(
    with_what: Pen, actor: Actor, provider: m.Provider, vehicle: m.Vehicle | None, at: datetime, today: date
) -> m.ProviderPass | None:
    """A pass unless the present one still says what is true in a way that a gate believes."""
    has = current(provider, vehicle)
    if has and has.valid_until == until_of(provider, vehicle) and _holds(has, with_what, at):
        return None
    if has:
        end([has], "revoke", actor=actor, reason="replaced", at=at)
    return issue(with_what, actor=actor, provider=provider, vehicle=vehicle, at=at, today=today)


def until_of(provider: m.Provider, vehicle: m.Vehicle | None) -> date:
    """The last day on which a pass of the two counts."""
    days = [x.verified_until for x in (provider, vehicle) if x and x.verified_until]
    return min([*days, LAST_DAY])


def _holds(row: m.ProviderPass, with_what: Pen, at: datetime) -> bool:
    """Whether the signed text is believed and carries the plate as it is and under the secret of today."""
    try:
        claims = signing.decode(row.text, keys.keyring("pass"), at)
        if row.vehicle:
            signing.check_plate(claims, signing.plate_fingerprint(row.vehicle.plate_key, with_what.secret))
    except signing.PassError:
        return False
    return True


def issue(
    with_what: Pen, *, actor: Actor, provider: m.Provider, vehicle: m.Vehicle | None, at: datetime, today: date
) -> m.ProviderPass | None:
    """A new pass with a place of its own in the status list; None in the last second of its last day."""
    until = until_of(provider, vehicle)
    if end_of(until) <= at:
        return None
    row = m.ProviderPass(
        created_at=at,
        code=PREFIX + spoken_code(8),
        provider=provider,
        vehicle=vehicle,
        key=with_what.row,
        valid_from=today,
        valid_until=until,
    )
    _insert(row, with_what, at)
    status_lists.mark([row.list_number], at)
    audit.record(actor=actor, at=at, action="pass.issued", about=row, provider=provider.id)
    return row


def _insert(row: m.ProviderPass, with_what: Pen, at: datetime) -> None:
    """Insert with the first place in the list that nobody else takes at this moment."""
    for attempt in range(status_lists.TRIES):
        row.id = uuid7()
        row.list_number, row.list_index = status_lists.draw()
        row.text = signed(row, with_what, at)
        try:
            rows.insert(row)
        except Conflict:
            if attempt + 1 == status_lists.TRIES:
                raise
        else:
            return


def signed(row: m.ProviderPass, with_what: Pen, at: datetime) -> str:
    """The text of the pass."""
    vehicle = row.vehicle
    claims = signing.Claims(
        issuer=with_what.key.issuer,
        issued_at=at,
        valid_from=start_of(row.valid_from),
        valid_until=end_of(row.valid_until),
        kind="organization" if row.provider.kind == "organization" else "person",
        provider=row.provider.id,
        list_id=row.list_number or 0,
        index=row.list_index or 0,
        vehicle=vehicle.id if vehicle else None,
        plate=signing.plate_fingerprint(vehicle.plate_key, with_what.secret) if vehicle else None,
    )
    return signing.encode(claims, with_what.key)


def start_of(day: date) -> datetime:
    """Midnight at the border."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of(day: date) -> datetime:
    """The last second of a day at the border."""
    return timezone.make_aware(datetime.combine(day, LAST_SECOND))


def end(found: Iterable[m.ProviderPass], action: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Revoke or expire passes that the caller has locked; the status list says so right after the commit."""
    ended = list(found)
    for row in ended:
        values = {"revoked_at": at, "revoked_by_id": actor.id, "revoked_reason": reason} if action == "revoke" else {}
        row.status = states.PASS.after(row.status, action)
        for column, value in values.items():
            setattr(row, column, value)
        rows.save(row, "status", *(column.removesuffix("_id") for column in values))
        audit.record(actor=actor, at=at, action=f"pass.{row.status}", about=row, reason=reason)
    if ended:
        status_lists.mark_and_publish((row.list_number for row in ended), at)


def issue_owed(*, at: datetime, limit: int = 100) -> int:
    """Pay off what is owed once a key signs again; each provider in its own transaction. Returns how many."""
    if pen() is None:
        return 0
    return sum(_pay(pk, at) for pk in _owed(limit)())


@cache
def _owed(limit: int) -> Prepared[[], int]:
    return prepared(lambda: m.OwedPass.objects.order_by("since", "pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def _pay(pk: int, at: datetime) -> bool:
    """The debt goes first: one that arises meanwhile stays."""
    debt = m.OwedPass.objects.filter(pk=pk).first()
    if debt is None:
        return False
    provider = rows.lock(m.Provider, debt.provider_id)
    m.OwedPass.objects.filter(pk=pk).delete()
    issue_for(actor=SYSTEM, provider=provider, at=at, today=local(at).date())
    return True


def find(code: str) -> m.ProviderPass | None:
    """The pass with the code that somebody typed."""
    return first(_by_code(read_code(code)))


@prepared
def _by_code(code: str) -> QuerySet[m.ProviderPass]:
    return m.ProviderPass.objects.select_related("provider", "vehicle").filter(code=code)


def find_by_plate(plate: str) -> list[m.Vehicle]:
    """Vehicles with this plate, however it was typed; an application that came to nothing does not count."""
    key = identity.plate(plate)
    found = m.Vehicle.objects.filter(plate_key=key).exclude(status__in=("rejected", "revoked"))
    return list(found.select_related("provider")) if key else []
