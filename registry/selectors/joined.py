"""Accounts that somebody opened without an invitation, and applications that nobody of the registry has met yet."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from registry import identity
from registry import models as m
from registry.models.marks import keyring
from registry.selectors.one import one

# Addresses of nobody: nothing is ever sent there (RFC 2606).
HOME = "@name.invalid"


def address_of(name: str) -> str:
    """Under which address the account with this sign-in name is kept."""
    return f"{name.casefold()}{HOME}"


def name_of(email: str) -> str:
    """The sign-in name in two groups, as it is read out; nothing for accounts by invitation."""
    if not email.endswith(HOME):
        return ""
    name = email.removesuffix(HOME).upper()
    return f"{name[:4]}-{name[4:]}"


def person(pk: UUID) -> m.Person | None:
    """The account with this id, if somebody has opened it."""
    return one(m.Person.objects.filter(pk=pk, email__endswith=HOME))


# How many accounts of one phone are tried when somebody signs in with it: always as many, so that time tells nothing.
TRIED = 2


def addresses_of_phone(typed: str) -> list[str]:
    """Under which addresses those are kept who joined with this phone, the oldest first, filled up to ``TRIED``.

    Empty for what is no phone.
    """
    phone = identity.phone(typed) if not any(letter.isalpha() for letter in typed) else None
    if phone is None:
        return []
    marks = keyring().blinds("near_phone", phone)
    theirs = m.Person.objects.filter(phone_mark__in=marks, email__endswith=HOME, is_active=True)
    found = list(theirs.order_by("created_at", "id").values_list("email", flat=True)[:TRIED])
    return found + [f"nobody{n}{HOME}" for n in range(len(found), TRIED)]


_THEIRS = Q(provider=OuterRef("pk")) | Q(vehicle__provider=OuterRef("pk")) | Q(dwelling__provider=OuterRef("pk"))
# The same as a condition on providers.
UNMET = Q(account__email__endswith=HOME) & ~Q(Exists(m.Check.objects.filter(_THEIRS, passed=True)))


def left_over(limit: int) -> list[UUID]:
    """Accounts that somebody opened for an application which is erased, and who got no role since."""
    gone = m.Person.objects.filter(email__endswith=HOME, is_active=True, provider__erased_at__isnull=False)
    return list(gone.filter(grants=None).order_by("pk").values_list("pk", flat=True)[:limit])


def is_unmet(row: m.Provider) -> bool:
    """Whether it is a stranger's word only: they joined by themselves, and no officer has passed a check of them.

    What such an application claims holds itself up, and nobody else.
    """
    if row.account is None or not row.account.email.endswith(HOME):
        return False
    theirs = Q(provider=row) | Q(vehicle__provider=row) | Q(dwelling__provider=row)
    return not m.Check.objects.filter(theirs, passed=True).exists()
