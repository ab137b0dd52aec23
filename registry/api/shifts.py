"""The board of a zone, a shift's tally, and shifts that are handed over."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from registry.api import answers
from registry.api.fields import Id, Many, NewId, Truth
from registry.api.forms import Input, Nothing
from registry.api.operation import Api, does, reads
from registry.selectors.shapes import board as shapes
from registry.services import handing_over, zones


class BoardHousehold(serializers.Serializer[Any]):
    """A household that has not asked for anything yet; `slip` is the beginning of its code."""

    id = serializers.UUIDField()
    size = serializers.IntegerField()
    minors = serializers.IntegerField()
    urgency = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    language = serializers.CharField()
    slip = serializers.CharField()


class BoardRequest(BoardHousehold):
    """A request that waits for a ride or a bed; `household` asks, `id` is the request's."""

    kind = serializers.CharField()
    earliest_at = serializers.DateTimeField()
    from_date = serializers.DateField()
    nights = serializers.IntegerField()
    destination = serializers.CharField(allow_null=True)
    household = serializers.UUIDField()


class BoardMatch(serializers.Serializer[Any]):
    """A match or journey in one line, with the car to look for."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    people = serializers.IntegerField()
    minors = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    departed_at = serializers.DateTimeField(allow_null=True)
    eta_at = serializers.DateTimeField(allow_null=True)
    refugee_arrived_at = serializers.DateTimeField(allow_null=True)
    receiver_arrived_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)
    origin = serializers.CharField()
    destination = serializers.CharField()
    arrival_zone = serializers.CharField(allow_null=True)
    household = serializers.UUIDField()
    slip = serializers.CharField()
    driver = serializers.CharField(allow_null=True, allow_blank=True)
    plate = serializers.CharField(allow_null=True)
    leaves_until = serializers.DateTimeField(allow_null=True)


class BoardAlarm(serializers.Serializer[Any]):
    """An open alarm of the zone."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    code = serializers.CharField()
    level = serializers.IntegerField()
    match = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    taken_at = serializers.DateTimeField(allow_null=True)
    taken_by = serializers.UUIDField(allow_null=True)


class Counts(serializers.Serializer[Any]):
    """How much was open when the shift was handed over."""

    households = serializers.IntegerField()
    waiting = serializers.IntegerField()
    chosen = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    on_the_road = serializers.IntegerField()
    overdue = serializers.IntegerField()
    arrived = serializers.IntegerField()
    expected = serializers.IntegerField()


class HandoverRow(serializers.Serializer[Any]):
    """A shift that somebody hands over; `first` are the ids to look at first, `given_to` null is whoever comes."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    shift = serializers.UUIDField()
    given_by = serializers.UUIDField()
    given_by_name = serializers.CharField(allow_blank=True)
    given_to = serializers.UUIDField(allow_null=True)
    given_to_name = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    counts = Counts()
    first = serializers.ListField(child=serializers.UUIDField())


class BoardShape(serializers.Serializer[Any]):
    """Everything open in a zone, at most a hundred a list, the most urgent first."""

    zone = serializers.CharField()
    households = BoardHousehold(many=True)
    waiting = BoardRequest(many=True)
    chosen = BoardMatch(many=True)
    confirmed = BoardMatch(many=True)
    on_the_road = BoardMatch(many=True)
    overdue = BoardMatch(many=True)
    arrived = BoardMatch(many=True)
    expected = BoardMatch(many=True)
    alarms = BoardAlarm(many=True)
    handovers = HandoverRow(many=True)


class Board(Api):
    """What is open in a zone."""

    @reads(BoardShape)
    def get(self, code: str) -> dict[str, Any]:
        """Everything that is open in a zone of mine, in one read (its field staff)"""
        return shapes.board(self.actor, code)


class Ending(Input):
    """Going off duty; the last one in an active zone says that it is left without anybody."""

    leave_unstaffed = Truth(required=False, default=False)


class ShiftEnd(Api):
    """Going off duty."""

    @does(Ending, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Go off duty; a coordinator may end a forgotten shift"""
        return answers.made(zones.end_shift(actor=self.actor, shift=pk, at=self.at, **data))


class TallyShape(serializers.Serializer[Any]):
    """What somebody did in one shift."""

    shift = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    households = serializers.IntegerField()
    people = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    handed_over = serializers.IntegerField()
    people_handed_over = serializers.IntegerField()
    arrived = serializers.IntegerField()
    concerns = serializers.IntegerField()


class Tally(Api):
    """A shift in numbers."""

    @reads(TallyShape)
    def get(self, pk: UUID) -> dict[str, Any]:
        """What was done in a shift, for its person and the zone's coordinators"""
        return shapes.shift_tally(self.actor, pk, self.at)


class NewHandover(Input):
    """Whom the shift goes to (null: whoever comes next), and what to look at first."""

    id = NewId()
    to = Id(required=False, allow_null=True, default=None)
    first = Many(Id(), required=False, default=list, max_length=handing_over.MOST_FIRST)


class ShiftHandovers(Api):
    """Handing a shift over."""

    @does(NewHandover, answers.Made)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """Hand my shift over; it goes on until somebody has taken it"""
        return answers.made(handing_over.hand_over(actor=self.actor, shift=pk, at=self.at, **data))


class HandoverTaking(Api):
    """Taking a shift over."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """I am on duty there and take over what is open; the old shift ends"""
        return answers.made(handing_over.take(actor=self.actor, handover=pk, at=self.at, **data))


class HandoverWithdrawal(Api):
    """Taking a handover back."""

    @does(Nothing, answers.Made, 200)
    def post(self, data: dict[str, Any], pk: UUID) -> dict[str, Any]:
        """I stay after all: the handover that nobody has taken is taken back"""
        return answers.made(handing_over.withdraw(actor=self.actor, handover=pk, at=self.at, **data))
