"""Columns, constraints and querysets; one module a noun."""

from registry.models.asking import Appeal, InfoRequest, Reminder, Review
from registry.models.household import Consent, HelpRequest, Household, Member, ProtectionDecision
from registry.models.match import CheckIn, Leg, Match
from registry.models.offer import AccommodationOffer, TransportOffer
from registry.models.person import ApiToken, Organization, Person, RoleGrant
from registry.models.places import County, Crossing, Shift, Town, Zone
from registry.models.provider import Dwelling, Provider, Resident, Vehicle
from registry.models.record import AuditEntry, IdempotencyKey, RateWindow
from registry.models.vetting import Check, Concern, Decision, Hold, ProviderPass
from registry.models.watch import Alarm, EscalationStep, Message

__all__ = [
    "AccommodationOffer",
    "Alarm",
    "ApiToken",
    "Appeal",
    "AuditEntry",
    "Check",
    "CheckIn",
    "Concern",
    "Consent",
    "County",
    "Crossing",
    "Decision",
    "Dwelling",
    "EscalationStep",
    "HelpRequest",
    "Hold",
    "Household",
    "IdempotencyKey",
    "InfoRequest",
    "Leg",
    "Match",
    "Member",
    "Message",
    "Organization",
    "Person",
    "ProtectionDecision",
    "Provider",
    "ProviderPass",
    "RateWindow",
    "Reminder",
    "Resident",
    "Review",
    "RoleGrant",
    "Shift",
    "Town",
    "TransportOffer",
    "Vehicle",
    "Zone",
]
