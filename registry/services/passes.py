"""Provider passes: issued with verification, revoked with it; and what the public may ask of them."""

from datetime import date, datetime

from registry import identity
from registry import models as m
from registry.ids import read_code, spoken_code, uuid7
from registry.permissions import Actor
from registry.rules import eligibility
from registry.selectors.behind import vetted_for_pass
from registry.services import audit, rows
from registry.states import PASS

PREFIX = "SZ"


def issue_for(*, actor: Actor, provider: m.Provider, at: datetime, today: date) -> list[m.ProviderPass]:
    """The passes that the provider, and whoever acts for it if it is an organization, should have now."""
    carriers = [provider]
    if provider.kind == "organization":
        carriers += m.Provider.objects.filter(kind="person", organization=provider.organization_id).order_by("id")
    wanted = [(carrier, vehicle) for carrier in carriers for vehicle in _vehicles(carrier)]
    good = [pair for pair in wanted if not any(eligibility.not_verified(vetted_for_pass(*pair), today))]
    return [p for carrier, vehicle in good if (p := _issue(actor, carrier, vehicle, at, today))]


def _vehicles(carrier: m.Provider) -> list[m.Vehicle | None]:
    """Its own vehicles; None stands for the person alone, who may drive what the organization owns."""
    own: list[m.Vehicle | None] = list(carrier.vehicles.filter(status="verified").order_by("id"))
    alone = carrier.kind == "person" and (carrier.organization_id or not own)
    return [*own, None] if alone else own


def _issue(
    actor: Actor, provider: m.Provider, vehicle: m.Vehicle | None, at: datetime, today: date
) -> m.ProviderPass | None:
    until = min(x.verified_until for x in (provider, vehicle) if x and x.verified_until)
    current = m.ProviderPass.objects.filter(provider=provider, vehicle=vehicle, status="issued").first()
    if current and current.valid_until == until:
        return None
    if current:
        rows.move(current, PASS, "revoke", revoked_at=at)
    row = m.ProviderPass(
        id=uuid7(),
        created_at=at,
        code=PREFIX + spoken_code(8),
        provider=provider,
        vehicle=vehicle,
        valid_from=today,
        valid_until=until,
    )
    rows.insert(row)
    audit.record(actor=actor, at=at, action="pass.issued", about=row, provider=provider.id)
    return row


def find(code: str) -> m.ProviderPass | None:
    """The pass with the code that somebody typed or scanned."""
    return m.ProviderPass.objects.select_related("provider", "vehicle").filter(code=read_code(code)).first()


def find_by_plate(plate: str) -> list[m.Vehicle]:
    """Vehicles with this plate, however it was typed; an application that came to nothing does not count."""
    key = identity.plate(plate)
    found = m.Vehicle.objects.filter(plate_key=key).exclude(status__in=("rejected", "revoked"))
    return list(found.select_related("provider")) if key else []
