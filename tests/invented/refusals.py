"""Entries of the register of refused providers."""

from typing import Any

from registry import models as m
from registry.ids import uuid7
from registry.permissions import Actor
from registry.services import register
from tests.invented import people, places


def lister(name: str, kind: str) -> Actor:
    """One of two officers of another county who list entries and appear nowhere else."""
    email = f"{name}@example.org"
    found = m.Person.objects.filter(email=email).first()
    if found is None:
        employer = people.organization(f"Officers of {name}", kind, "RO-TL")
        fields: dict[str, Any] = {"email": email, "given_name": name.title(), "family_name": f"Lister{name}"}
        found = people.person("officer", None, "RO-TL", employer, **fields)
    return people.actor(found)


def suggested(**given: Any) -> m.RefusedEntry:
    """An entry that nobody has decided on yet."""
    values: dict[str, Any] = {"reason": "exploitation", "evidence_reference": "Case 12/2026", **given}
    draft = register.EntryDraft(**values)
    return register.suggest(actor=lister("radu", "authority"), id=uuid7(), draft=draft, at=places.NOW)


def propose(entry: m.RefusedEntry, decision: str, by: Actor | None = None) -> m.RefusalDecision:
    """The first of two speaks: an officer of another county unless another is named."""
    actor = by or lister("radu", "authority")
    return register.decide_first(actor=actor, entry=entry.pk, id=uuid7(), decision=decision, at=places.NOW)


def list_it(entry: m.RefusedEntry) -> m.RefusedEntry:
    """Two officers of another county list it."""
    first = propose(entry, "list")
    register.decide_second(actor=lister("zina", "ngo"), decision=first.pk, carry=True, at=places.NOW)
    entry.refresh_from_db()
    return entry


def listed(provider: m.Provider | None = None, **given: Any) -> m.RefusedEntry:
    """An entry that counts: somebody of no file here, or a provider."""
    if provider is None:
        return list_it(suggested(**given))
    entry = m.RefusedEntry(
        id=uuid7(),
        created_at=places.NOW,
        provider=provider,
        reason="exploitation",
        evidence_reference="Case 12/2026",
        suggested_by="rule",
    )
    entry.save(force_insert=True)
    return list_it(entry)
