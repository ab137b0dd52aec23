"""What the passes' status list was last published as, what has changed since, and passes that could not be signed."""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.models.keys import SigningKey
from registry.models.provider import Provider


class StatusListing(models.Model):
    """One status list as it was last published; ``sequence`` only grows."""

    number = models.PositiveIntegerField(primary_key=True)
    entries = models.PositiveIntegerField()
    sequence = models.BigIntegerField(default=0)
    signed = models.BinaryField(default=bytes)
    key = models.ForeignKey(SigningKey, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(sequence=0, published_at__isnull=True)
                | Q(sequence__gt=0, published_at__isnull=False, key__isnull=False),
                name="status_list_published_whole",
            )
        ]

    def __str__(self) -> str:
        return f"StatusListing {self.number}"


class StatusListChange(models.Model):
    """A list must be published again: written with the change itself, deleted by the publication that knows of it.

    A row a change and no flag on the list: transactions that end passes must not wait for each other.
    """

    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"StatusListChange {self.pk}"


class OwedPass(models.Model):
    """A provider whose passes are to be looked at again: there was no key to sign with, or it was withdrawn."""

    provider = models.OneToOneField(Provider, on_delete=models.PROTECT, related_name="owed_pass")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"OwedPass {self.pk}"
