"""What the registry keeps about its own working: audit entries, idempotency keys, limits."""

from django.db import models

from registry.models.base import JsonColumn
from registry.models.person import Person


class AuditEntry(models.Model):
    """One decision or one sensitive reading: codes, ids, times; never a name. Appended, never changed."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    object_type = models.CharField(max_length=24)
    object_id = models.CharField(max_length=40)
    data = JsonColumn(default=dict)

    class Meta:
        ordering = ("seq",)
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor", "seq"], name="audit_by_actor"),
            models.Index(fields=["action", "at"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"AuditEntry {self.seq}"


class IdempotencyKey(models.Model):
    """The answer that a POST got, kept so that the same POST gets the same answer."""

    actor_key = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    request_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    # Sealed under a master key; ``mentions`` are the ids in it, so that it is forgotten with those.
    answer = models.TextField(blank=True)
    mentions = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_key", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"IdempotencyKey {self.pk}"


class RateWindow(models.Model):
    """How often one key was used in one window; raised by conditional update, so exact under load."""

    key = models.CharField(max_length=80)
    window_start = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window_start"], name="rate_window_once")]

    def __str__(self) -> str:
        return f"RateWindow {self.pk}"
