"""Organizations, people with an account, their roles with scope, and their tokens."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import CheckConstraint, F, Q

from registry.models.base import Record
from registry.models.marks import BlindMark
from registry.models.owned import Owned
from registry.models.places import County, Town, Zone
from registry.models.sealed import SealedText

ROLES = (
    "volunteer",
    "coordinator",
    "officer",
    "child_protection",
    "case_worker",
    "partner",
    "provider",
    "auditor",
    "steward",
    # A partner's program that may ask the register of refused providers, one value at a time.
    "register_reader",
)
# Roles that one steward alone cannot give.
POWER_ROLES = ("officer", "child_protection", "steward", "auditor")


class Organization(Owned, Record):
    """An authority, an NGO or a company that people work for."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in ("authority", "ngo", "company")])
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="organizations")
    country = models.CharField(max_length=2, default="RO")
    registration_number = models.CharField(max_length=40, blank=True)
    phone = SealedText(20, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=("authority", "ngo", "company")), name="organization_kind_known")
        ]


class PersonManager(BaseUserManager["Person"]):
    """Accounts are found by e-mail, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """The account with this e-mail."""
        return self.get(email=(username or "").strip().casefold())


class Person(Owned, AbstractBaseUser):
    """Somebody who can sign in. What they may do comes from their roles alone; there is no superuser."""

    id = models.UUIDField(primary_key=True, editable=False)
    created_at = models.DateTimeField()
    email = models.EmailField(unique=True)
    given_name = SealedText(80)
    family_name = SealedText(80)
    phone = SealedText(20, blank=True)
    address = SealedText(200, blank=True)
    phone_mark = BlindMark("phone", "near_phone")
    address_mark = BlindMark("address", "near_address")
    surname_mark = BlindMark("family_name", "near_surname")
    town = models.ForeignKey(Town, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="en")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(erased_at__isnull=True) | Q(is_active=False), name="person_erased_not_active")
        ]

    def __str__(self) -> str:
        return f"Person {self.pk}"


class RoleGrant(Record):
    """One role of one person, everywhere or in one zone or county, until it is ended."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=[(r, r) for r in ROLES])
    zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="+")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(role__in=ROLES), name="grant_role_known"),
            CheckConstraint(condition=Q(zone__isnull=True) | Q(county__isnull=True), name="grant_one_scope"),
            # Without a granter: made by the operator at the machine itself.
            CheckConstraint(
                condition=Q(granted_by__isnull=True)
                | (~Q(granted_by=F("person")) & (~Q(role__in=POWER_ROLES) | Q(seconded_by__isnull=False))),
                name="grant_power_by_two",
            ),
            CheckConstraint(
                condition=Q(seconded_by__isnull=True) | (~Q(seconded_by=F("granted_by")) & ~Q(seconded_by=F("person"))),
                name="grant_second_is_another",
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(ended_at__isnull=True), name="grant_running")]


class ApiToken(Record):
    """A key for the API: only its hash is kept; the prefix tells keys apart in lists and logs."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
