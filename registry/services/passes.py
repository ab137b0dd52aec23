"""Provider passes: issued with verification, revoked with it; and what the public may ask of them."""

from datetime import date, datetime

from registry import identity
from registry import models as m
from registry.ids import read_code, spoken_code, uuid7
from registry.permissions import Actor
from registry.services import audit, rows
from registry.states import PASS

PREFIX = "SZ"


def issue_for(*, actor: Actor, provider: m.Provider, at: datetime, today: date) -> list[m.ProviderPass]:
    """The passes a provider should have now: one for each verified vehicle, or one for the person alone."""
    if provider.status != "verified" or (provider.kind == "organization" and not provider.vehicles.exists()):
        return []
    vehicles: list[m.Vehicle | None] = list(provider.vehicles.filter(status="verified").order_by("id"))
    return [p for vehicle in (vehicles or [None]) if (p := _issue(actor, provider, vehicle, at, today))]


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
    """Vehicles with this plate, however it was typed."""
    key = identity.plate(plate)
    return list(m.Vehicle.objects.filter(plate_key=key).select_related("provider")) if key else []
