"""What watches over journeys and people: escalation steps, alarms, messages to send."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.models.base import JsonColumn, Record
from registry.models.match import Match
from registry.models.person import Person
from registry.models.places import County, Zone
from registry.models.provider import Provider


class EscalationStep(models.Model):
    """One step of the overdue ladder of one journey, with its due time; done exactly once."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["match", "number"], name="step_once")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(done_at__isnull=True, dropped_at__isnull=True), name="step_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"EscalationStep {self.pk}"


class Alarm(Record):
    """Something a person must act on; only a person closes it."""

    code = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=1)
    match = models.ForeignKey(Match, null=True, on_delete=models.PROTECT, related_name="alarms")
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="alarms")
    zone = models.ForeignKey(Zone, null=True, on_delete=models.PROTECT, related_name="alarms")
    county = models.ForeignKey(County, null=True, on_delete=models.PROTECT, related_name="alarms")
    role = models.CharField(max_length=20)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(closed_at__isnull=True) | (Q(closed_by__isnull=False) & ~Q(outcome="")),
                name="alarm_closed_by_human",
            )
        ]
        indexes = [models.Index(fields=["role", "zone"], condition=Q(closed_at__isnull=True), name="alarm_open")]


class Message(models.Model):
    """A message to send (outbox): written with the decision that owes it, delivered by the worker."""

    key = models.CharField(max_length=100, unique=True)
    code = models.CharField(max_length=40)
    recipient = models.CharField(max_length=20)
    match = models.ForeignKey(Match, null=True, on_delete=models.PROTECT, related_name="messages")
    provider = models.ForeignKey(Provider, null=True, on_delete=models.PROTECT, related_name="messages")
    params = JsonColumn(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at__isnull=True), name="message_waiting")]

    def __str__(self) -> str:
        return f"Message {self.pk}"
