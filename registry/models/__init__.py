"""Columns, constraints and querysets; one module a noun."""

from registry.models.access import AccountDecision, Attempt, FactorState, Invitation, SignIn, StepUp
from registry.models.asking import Appeal, InfoRequest, Reminder, Review
from registry.models.fingerprint import Fingerprint
from registry.models.glass import BreakGlass
from registry.models.handing_over import ShiftHandover
from registry.models.household import Consent, HelpRequest, Household, Member, ProtectionDecision
from registry.models.keys import SigningKey
from registry.models.ledger import (
    LedgerCheckpoint,
    LedgerHead,
    LedgerLeaf,
    LedgerNode,
    LedgerWaiting,
    LedgerWitness,
)
from registry.models.match import CheckIn, JourneyShare, Leg, Match
from registry.models.offer import AccommodationOffer, TransportOffer
from registry.models.passes import OwedPass, StatusListChange, StatusListing
from registry.models.person import ApiToken, Organization, Person, RoleGrant
from registry.models.photo import Photo
from registry.models.places import County, Crossing, Shift, Town, Zone
from registry.models.plan import Plan, PlanRow
from registry.models.provider import Dwelling, Provider, Resident, Vehicle
from registry.models.record import AuditEntry, IdempotencyKey, RateWindow
from registry.models.register import RefusalDecision, RefusedEntry, RefusedFingerprint
from registry.models.sealing import DataKey
from registry.models.signal import Signal
from registry.models.vetting import Check, Concern, Decision, Hold, ProviderPass
from registry.models.watch import Alarm, EscalationStep, Message

__all__ = [
    "AccommodationOffer",
    "AccountDecision",
    "Alarm",
    "ApiToken",
    "Appeal",
    "Attempt",
    "AuditEntry",
    "BreakGlass",
    "Check",
    "CheckIn",
    "Concern",
    "Consent",
    "County",
    "Crossing",
    "DataKey",
    "Decision",
    "Dwelling",
    "EscalationStep",
    "FactorState",
    "Fingerprint",
    "HelpRequest",
    "Hold",
    "Household",
    "IdempotencyKey",
    "InfoRequest",
    "Invitation",
    "JourneyShare",
    "LedgerCheckpoint",
    "LedgerHead",
    "LedgerLeaf",
    "LedgerNode",
    "LedgerWaiting",
    "LedgerWitness",
    "Leg",
    "Match",
    "Member",
    "Message",
    "Organization",
    "OwedPass",
    "Person",
    "Photo",
    "Plan",
    "PlanRow",
    "ProtectionDecision",
    "Provider",
    "ProviderPass",
    "RateWindow",
    "RefusalDecision",
    "RefusedEntry",
    "RefusedFingerprint",
    "Reminder",
    "Resident",
    "Review",
    "RoleGrant",
    "Shift",
    "ShiftHandover",
    "SignIn",
    "Signal",
    "SigningKey",
    "StatusListChange",
    "StatusListing",
    "StepUp",
    "Town",
    "TransportOffer",
    "Vehicle",
    "Zone",
]
