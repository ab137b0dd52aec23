"""What every table shares: ids from the client, a version for If-Match, constraints read from the states."""

from typing import Any

from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, F, Q

from registry.states import Machine


class Record(models.Model):
    """A row with a UUIDv7 made by whoever created it and a version that every update raises."""

    id = models.UUIDField(primary_key=True, editable=False)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class JsonColumn(models.JSONField):
    """A JSON column without SQLite's JSON_VALID check, which an untrusted schema may not call."""

    def db_check(self, connection: Any) -> None:
        """No check: only this field writes the column, and it writes JSON."""


def status_column(machine: Machine) -> "models.CharField[str, str]":
    """The status column of a state machine, starting in its first state."""
    choices = [(state, state) for state in machine.states]
    return models.CharField(max_length=16, choices=choices, default=machine.initial)


def status_constraints(machine: Machine, table: str) -> list[BaseConstraint]:
    """The machine's states and the columns each implies, as constraints named after the table."""
    known = CheckConstraint(condition=Q(status__in=machine.states), name=f"{table}_status_known")
    implied = [
        CheckConstraint(
            condition=~Q(status=state) | Q(**{f"{column}__isnull": False for column in columns}),
            name=f"{table}_{state}_complete",
        )
        for state, columns in machine.implies.items()
    ]
    return [known, *implied]


def lapsing_index(table: str) -> models.Index:
    """Finds what is verified by its last day: the worker asks for what has ended and what will end soon."""
    return models.Index(fields=["verified_until"], condition=Q(status="verified"), name=f"{table}_lapsing")


def within(taken: str, capacity: str, table: str) -> CheckConstraint:
    """Never more taken than there is, never less than none."""
    return CheckConstraint(
        condition=Q(**{f"{taken}__gte": 0}) & Q(**{f"{taken}__lte": F(capacity)}), name=f"{table}_{taken}_within"
    )


def one_of(names: tuple[str, ...], constraint: str) -> CheckConstraint:
    """Exactly one of these foreign keys is set."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return CheckConstraint(condition=condition, name=constraint)


class Vetted(Record):
    """What vetting decides on: provider, vehicle, dwelling. No caller sets ``status`` or ``verified_*``."""

    status: "models.CharField[str, str]"
    created_by = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_until = models.DateField(null=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_by = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    suspended_reason = models.CharField(max_length=40, blank=True)
    revoked_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    rejected_by = models.ForeignKey("registry.Person", null=True, on_delete=models.PROTECT, related_name="+")
    rejected_reason = models.CharField(max_length=40, blank=True)
    info_requested = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
