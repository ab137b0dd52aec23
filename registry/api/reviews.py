"""The blind second look: carried decisions to do again, without who decided and why."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Choice, Truth
from registry.api.forms import Input
from registry.api.operation import Api, does, reads
from registry.selectors import reviews as selected
from registry.services import reviews as service


class ReviewRow(serializers.Serializer[Any]):
    """A decision to do again: of what kind, on what, until when."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    subject_kind = serializers.CharField()
    due_at = serializers.DateTimeField()
    late = serializers.BooleanField()


class ReviewList(serializers.Serializer[Any]):
    """What waits for this officer, at most fifty."""

    items = ReviewRow(many=True)


class SeenCheck(serializers.Serializer[Any]):
    """A check as the first two saw it, without who did it."""

    code = serializers.CharField()
    passed = serializers.BooleanField()
    resident = serializers.UUIDField(allow_null=True)
    checked_at = serializers.DateTimeField()
    lapses_on = serializers.DateField(allow_null=True)
    evidence_type = serializers.CharField(allow_blank=True)
    evidence_country = serializers.CharField(allow_blank=True)
    evidence_last_four = serializers.CharField(allow_blank=True)
    evidence_expires_on = serializers.DateField(allow_null=True)


SEEN = {str(name): "resident_id" if str(name) == "resident" else str(name) for name in SeenCheck().fields}


class ReviewDetail(ReviewRow):
    """A decision to do again, with its evidence; the reading is an audit entry."""

    subject = serializers.UUIDField()
    checks = SeenCheck(many=True)


def _row(file: selected.File) -> dict[str, Any]:
    return {
        "id": file.review.pk,
        "kind": file.kind,
        "subject_kind": file.subject_kind,
        "due_at": file.review.due_at,
        "late": file.is_late,
    }


class Reviews(Api):
    """Reviews that wait."""

    @reads(ReviewList)
    def get(self) -> dict[str, Any]:
        """Decisions that I may do again blind, the most urgent first"""
        return {"items": [_row(file) for file in selected.queue(self.actor, self.at)]}


class OneReview(Api):
    """One review."""

    @reads(ReviewDetail)
    def get(self, pk: UUID) -> dict[str, Any]:
        """One decision to do again, with the evidence that was seen"""
        file = service.read(actor=self.actor, review=pk, at=self.at)
        checks = [{name: getattr(check, column) for name, column in SEEN.items()} for check in file.checks]
        return {**_row(file), "subject": file.thing.pk, "checks": checks}


class ReviewAnswer(Input):
    """What a third person would have decided."""

    agree = Truth()
    reason = Choice(service.REASONS)
    conflict_declared = Truth(required=False, default=False, help_text="I know somebody involved.")


class Reviewed(answers.Made):
    """Where the review stands."""

    outcome = serializers.CharField()


class Answer(Api):
    """The third person's answer."""

    @does(ReviewAnswer, Reviewed, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Agree, or hold it until two people clear it"""
        row = service.answer(actor=self.actor, review=pk, at=self.at, **data)
        return {**answers.made(row), "outcome": row.outcome}
