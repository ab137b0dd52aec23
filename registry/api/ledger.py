"""The ledger for auditors, by the conventions of transparency logs: hashes in base64, sizes in leaves."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.fields import Text
from registry.api.forms import Input
from registry.api.operation import Api, reads
from registry.api.watch import AuditEntry
from registry.selectors import ledger
from registry.web import strict

LARGEST = 999_999_999


def _hashes() -> Any:
    return serializers.ListField(child=serializers.CharField(), help_text="Hashes in base64, from the leaf up.")


class SignedCheckpoint(serializers.Serializer[Any]):
    """The newest signed statement of how the log is; `checkpoint` is the C2SP note itself."""

    origin = serializers.CharField()
    tree_size = serializers.IntegerField()
    root_hash = serializers.CharField()
    checkpoint = serializers.CharField()
    signed_at = serializers.DateTimeField()
    halted = serializers.CharField(allow_blank=True, help_text="Why nothing more is signed; empty when all is well.")


class Checkpoint(Api):
    """Checkpoints."""

    @reads(SignedCheckpoint)
    def get(self) -> dict[str, Any]:
        """The newest signed checkpoint (auditors)"""
        return ledger.checkpoint(self.actor)


class Proof(serializers.Serializer[Any]):
    """Everything that proves one entry to whoever has the public key; `tools/verify_ledger.py --bundle` checks it."""

    format = serializers.CharField()
    entry = AuditEntry()
    position = serializers.IntegerField()
    tree_size = serializers.IntegerField()
    proof = _hashes()
    checkpoint = serializers.CharField()


class EntryProof(Api):
    """Proofs that an entry is in the log."""

    @reads(Proof)
    def get(self, seq: int) -> dict[str, Any]:
        """The inclusion proof of an entry under the newest checkpoint (auditors)"""
        return ledger.entry_proof(self.actor, seq)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": LARGEST})
class Size(Text):
    """The number of leaves of a tree, as an address carries it."""


class ConsistencyQuery(Input):
    """Between which two sizes."""

    old = Size()
    new = Size()


class ConsistencyProof(serializers.Serializer[Any]):
    """That the larger tree only added to the smaller one."""

    old_size = serializers.IntegerField()
    new_size = serializers.IntegerField()
    old_root_hash = serializers.CharField()
    new_root_hash = serializers.CharField()
    proof = _hashes()


class Consistency(Api):
    """Proofs that nothing was taken back."""

    @reads(ConsistencyProof, ConsistencyQuery)
    def get(self) -> dict[str, Any]:
        """The consistency proof between two sizes of the tree (auditors)"""
        old, new = (strict.whole_number(self.asked[name], 1, LARGEST, name) for name in ("old", "new"))
        return ledger.consistency(self.actor, old, new)
