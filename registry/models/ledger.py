"""The ledger over the audit log: which entry is which leaf, the tree's complete nodes, checkpoints, witnesses.

The entry itself is append-only and knows nothing of this. ``LedgerWaiting`` is written with the entry, in its
transaction, so whatever commits, in whatever order, waits for the one sequencer; no number has to be guessed at.
"""

from django.db import models
from django.db.models import CheckConstraint, Q

from registry.models.record import AuditEntry


class LedgerHead(models.Model):
    """The one row that sequencers lock: how many leaves the tree has, and why signing has stopped, if it has."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)
    halted_code = models.CharField(max_length=40, blank=True)
    halted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(id=1), name="ledger_one_head"),
            CheckConstraint(condition=Q(halted_code="") | Q(halted_at__isnull=False), name="ledger_halt_complete"),
        ]

    def __str__(self) -> str:
        return f"LedgerHead {self.size}"


class LedgerWaiting(models.Model):
    """An entry that is not in the tree yet."""

    entry = models.OneToOneField(AuditEntry, primary_key=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"LedgerWaiting {self.pk}"


class LedgerLeaf(models.Model):
    """Which entry is the leaf at this position. Appended, never changed."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="leaf")

    class Meta:
        constraints = [CheckConstraint(condition=Q(position__gte=0), name="ledger_position_known")]

    def __str__(self) -> str:
        return f"LedgerLeaf {self.position}"


class LedgerNode(models.Model):
    """One complete node of the tree, kept under ``place_of(level, index)``. Appended, never changed."""

    place = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"LedgerNode {self.place}"


class LedgerCheckpoint(models.Model):
    """A signed statement of how the tree was: the note is what witnesses get. Appended, never changed."""

    origin = models.CharField(max_length=120)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["origin", "size"], name="checkpoint_once"),
            CheckConstraint(condition=Q(size__gt=0), name="checkpoint_of_something"),
        ]

    def __str__(self) -> str:
        return f"LedgerCheckpoint {self.size}"


class LedgerWitness(models.Model):
    """How far a witness has followed, and since when it does not answer."""

    origin = models.CharField(max_length=120)
    address = models.CharField(max_length=400)
    known_size = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["origin", "address"], name="witness_once")]

    def __str__(self) -> str:
        return f"LedgerWitness {self.address}"
