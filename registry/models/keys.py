"""The public halves of the keys that sign; the private ones are files outside the database."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry import states
from registry.models.base import Record, status_column, status_constraints


class SigningKey(Record):
    """One Ed25519 key of one purpose; ``kid`` and ``public`` are hexadecimal. It signs until ``retired_at``."""

    PURPOSES = ("pass", "status_list", "checkpoint")

    purpose = models.CharField(max_length=16, choices=[(p, p) for p in PURPOSES])
    issuer = models.CharField(max_length=16)
    kid = models.CharField(max_length=16, unique=True)
    public = models.CharField(max_length=64, unique=True)
    status = status_column(states.KEY)
    announced_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            *status_constraints(states.KEY, "key"),
            CheckConstraint(condition=Q(purpose__in=("pass", "status_list", "checkpoint")), name="key_purpose_known"),
            models.UniqueConstraint(fields=["purpose"], condition=Q(status="active"), name="key_one_active"),
        ]
