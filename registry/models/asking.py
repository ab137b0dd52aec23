"""What is asked of applicants and what they answer: questions, appeals, reminders; and the blind second look."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.models.base import Record, one_of
from registry.models.owned import Owned
from registry.models.person import Person
from registry.models.sealed import SealedText
from registry.models.vetting import OF_SUBJECT, SUBJECTS, Decision, about

LONGEST_TEXT = 1000


class InfoRequest(Owned, Record):
    """What an officer asks for, until when, and the answer. Without one it lapses into a queue, not into a no."""

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    codes = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    lapsed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answer = SealedText(LONGEST_TEXT, blank=True)

    sealed_by = OF_SUBJECT

    class Meta:
        constraints = [
            one_of(SUBJECTS, "info_one_subject"),
            *(
                models.UniqueConstraint(
                    fields=[subject], condition=Q(closed_at__isnull=True), name=f"info_one_open_{subject}"
                )
                for subject in SUBJECTS
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(closed_at__isnull=True, lapsed_at__isnull=True), name="info_waiting"
            )
        ]


class Appeal(Owned, Record):
    """An applicant's own words against a rejection, once for each rejection; two people decide on it."""

    OUTCOMES = ("pending", "granted", "denied")

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = SealedText(LONGEST_TEXT)
    rejected_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=[(o, o) for o in OUTCOMES], default="pending")
    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="appeal")

    sealed_by = OF_SUBJECT

    class Meta:
        constraints = [
            one_of(SUBJECTS, "appeal_one_subject"),
            CheckConstraint(condition=Q(outcome__in=("pending", "granted", "denied")), name="appeal_outcome_known"),
            CheckConstraint(condition=Q(outcome="pending") | Q(decision__isnull=False), name="appeal_decided_by_two"),
            *(
                models.UniqueConstraint(fields=[subject, "rejected_at"], name=f"appeal_once_{subject}")
                for subject in SUBJECTS
            ),
        ]


class Reminder(models.Model):
    """That a lapse was announced so many days before: the row is what makes a message go out exactly once."""

    provider = about("Provider")
    vehicle = about("Vehicle")
    dwelling = about("Dwelling")
    lapses_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            one_of(SUBJECTS, "reminder_one_subject"),
            *(
                models.UniqueConstraint(
                    fields=[subject, "lapses_on", "days"],
                    condition=Q(**{f"{subject}__isnull": False}),
                    name=f"reminder_once_{subject}",
                )
                for subject in SUBJECTS
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder {self.pk}"


class Review(Record):
    """A carried decision that was drawn to be done again by a third person who does not see the first two."""

    OUTCOMES = ("pending", "agreed", "disagreed")

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="review")
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in OUTCOMES], default="pending")
    due_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_organization = models.ForeignKey(
        "registry.Organization", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(outcome__in=("pending", "agreed", "disagreed")), name="review_outcome_known"),
            CheckConstraint(
                condition=Q(outcome="pending")
                | Q(done_at__isnull=False, done_by__isnull=False, done_organization__isnull=False),
                name="review_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(outcome="pending"), name="review_waiting")]
