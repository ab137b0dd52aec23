"""Finds providers by what somebody types: a name in either script, a phone, a reference, an organization, a plate."""

import re

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from registry import identity
from registry import models as m
from registry.identity import names
from registry.identity.fingerprints import NAME
from registry.identity.names import Name
from registry.identity.near import near_surname
from registry.identity.readings import read
from registry.models.marks import keyring

_REFERENCE = re.compile(r"[0-9A-Fa-f]{6}")
_FEWEST_DIGITS = 6


def providers(text: str) -> Q:
    """Providers whose organization, person, phone or reference this may be; nobody when it says nothing."""
    words = identity.search_key(text).split()
    if not words:
        return Q(pk__in=())
    return _organization(words) | _person(text, words) | _phone(text) | _reference(text)


def _organization(words: list[str]) -> Q:
    """Every word in the name of an organization."""
    found = Q(kind="organization")
    for word in words:
        found &= Q(search_key__contains=word)
    return found


def _person(text: str, words: list[str]) -> Q:
    """One word is a surname; more are given name and surname in any order. Both by sound, for the names are sealed."""
    if len(words) == 1:
        return Q(surname_mark__in=keyring().blinds("near_surname", near_surname(text)))
    return _marked(NAME, names.keys(Name("", text)))


def _phone(text: str) -> Q:
    return _marked("phone", read("phone", text)) if sum(c.isdigit() for c in text) >= _FEWEST_DIGITS else Q()


def _marked(kind: str, readings: frozenset[str]) -> Q:
    """Whose own fingerprints of this kind these are."""
    digests = {mark.digest for mark in keyring().marks(kind, readings)}
    own = m.Fingerprint.objects.filter(kind=kind, digest__in=digests, ended_at=None, resident=None)
    return Q(pk__in=own.values("provider"))


def _reference(text: str) -> Q:
    """The six characters that are said on the phone."""
    if not _REFERENCE.fullmatch(text.strip()):
        return Q()
    said = m.Provider.objects.annotate(said=Cast("pk", CharField())).filter(said__iendswith=text.strip())
    return Q(pk__in=said.values("pk"))
