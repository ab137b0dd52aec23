"""Every column of text is sealed, or named here with the reason why it is not."""

from django.apps import apps
from django.db import models

from registry.models.marks import BlindMark
from registry.models.sealed import SealedBytes, SealedFloat, SealedText

# Nobody types a sentence into less.
SHORTEST = 81
PLAIN = {
    "LedgerCheckpoint.note": "signed and published",
    "LedgerCheckpoint.origin": "the name of the log",
    "LedgerWitness.address": "where checkpoints go",
    "LedgerWitness.origin": "the name of the log",
    "Organization.name": "in a public register",
    "Organization.email": "in a public register",
    "Provider.organization_name": "in a public register",
    "Provider.search_key": "of an organization's name alone",
    "Person.email": "what somebody signs in with",
    "Provider.email": "compared as fingerprint, kept for the account",
    "Invitation.email": "what somebody signs in with",
    "Person.password": "a slow hash",
    "County.name": "geography",
    "Crossing.name": "geography",
    "Crossing.note": "geography",
    "Town.name": "geography",
    "Zone.name": "geography",
    "Zone.pickup_note": "where to stop within a zone",
    "DataKey.wrapped": "wrapped by the master key",
    "IdempotencyKey.answer": "sealed by the master key",
    "IdempotencyKey.mentions": "ids",
    "Household.needs": "codes",
    "InfoRequest.codes": "codes",
    "Provider.info_requested": "codes",
    "Vehicle.info_requested": "codes",
    "Dwelling.info_requested": "codes",
    "ProviderPass.text": "a signed pass, which names nobody",
    "Message.key": "a code and an id",
}


def plain() -> set[str]:
    """Columns that could hold a sentence and are not sealed."""
    columns = (column for model in apps.get_app_config("registry").get_models() for column in model._meta.local_fields)
    texts = (c for c in columns if isinstance(c, models.CharField | models.TextField))
    unsealed = (
        c for c in texts if not isinstance(c, SealedText | SealedFloat | SealedBytes | BlindMark) and not c.choices
    )
    return {f"{c.model.__name__}.{c.name}" for c in unsealed if (c.max_length or SHORTEST) >= SHORTEST}


def test_every_column_that_could_hold_a_sentence_is_sealed_or_named() -> None:
    assert plain() == set(PLAIN)
