"""Columns, constraints and querysets; one module a noun."""

from registry.models.access import AccountDecision, Attempt, FactorState, Invitation, SignIn, StepUp
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
    "AccountDecision",
    "Alarm",
    "ApiToken",
    "Attempt",
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
    "FactorState",
    "HelpRequest",
    "Hold",
    "Household",
    "IdempotencyKey",
    "Invitation",
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
    "Resident",
    "RoleGrant",
    "Shift",
    "SignIn",
    "StepUp",
    "Town",
    "TransportOffer",
    "Vehicle",
    "Zone",
]
