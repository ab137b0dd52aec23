"""What anybody may use without an account: is this driver verified, zones, help, and one's own journey by its code."""

import hashlib
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from registry.api import door
from registry.api.fields import Choice, NewId, Text
from registry.api.forms import Input
from registry.api.journeys import NewCheckIn, NewConcern
from registry.api.operation import OpenApi, asks, does, reads
from registry.api.places import ZoneCollection
from registry.api.providers import ProviderFields
from registry.errors import NotFound
from registry.ids import read_code
from registry.rules import vetting
from registry.rules.reasons import LANGUAGES
from registry.rules.signs import SIGNS
from registry.selectors import help as helplines
from registry.selectors.shapes import journeys as shapes
from registry.selectors.shapes import places
from registry.services import concerns, joining, journeys, public
from registry.web import asking, guessing

ANSWERS = ("VALID", "NOT VALID", "EXPIRED")


class Shown(Input):
    """A pass (its code as typed, or the text of its QR code as scanned) or a plate."""

    text = Text(max_length=300)


class Verdict(serializers.Serializer[Any]):
    """One of three answers, nothing else."""

    answer = serializers.ChoiceField([(a, a) for a in ANSWERS])


class Check(OpenApi):
    """Is this driver or host verified now?"""

    @asks(Shown, Verdict)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Is this driver or host verified? VALID, NOT VALID or EXPIRED; 20 questions in five minutes"""
        return {"answer": public.check(caller=asking.caller(self.request), at=self.at, **data)}


class PublicZones(OpenApi):
    """Where safe zones are."""

    renderer_classes = [door.GeoJson, door.Json]

    @reads(ZoneCollection, media=door.GeoJson.media_type)
    def get(self) -> dict[str, Any]:
        """Active safe zones as a GeoJSON FeatureCollection"""
        return places.public_zone_collection()


class Helpline(serializers.Serializer[Any]):
    """A number that helps."""

    code = serializers.CharField()
    number = serializers.CharField()
    dial = serializers.CharField()
    channel = serializers.CharField()
    free = serializers.BooleanField()
    always_open = serializers.BooleanField()
    source = serializers.CharField()  # type: ignore[assignment]
    last_verified = serializers.DateField()


class HelplineList(serializers.Serializer[Any]):
    """Numbers that help, the most urgent first."""

    items = Helpline(many=True)


class Helplines(OpenApi):
    """Numbers that help."""

    @reads(HelplineList)
    def get(self) -> dict[str, Any]:
        """Help numbers, each with its source and the day it was last verified"""
        return {"items": [_helpline(line) for line in helplines.lines()]}


def _helpline(line: helplines.HelpLine) -> dict[str, Any]:
    same = ("code", "number", "dial", "channel", "free", "always_open", "source")
    return {**{name: getattr(line, name) for name in same}, "last_verified": line.verified_on}


class OwnJourney(serializers.Serializer[Any]):
    """A household's own journey: whom to look for, and what comes next."""

    status = serializers.CharField()
    next_step = serializers.CharField()
    origin = serializers.CharField()
    destination = serializers.CharField()
    eta_at = serializers.DateTimeField(allow_null=True)
    driver = serializers.CharField(allow_null=True, allow_blank=True)
    plate = serializers.CharField(allow_null=True)
    vehicle = serializers.CharField(allow_null=True)
    verified = serializers.BooleanField()


class ByCode(OpenApi):
    """A path that the household's own code opens; how often an address may try is limited."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the try before anything is looked up."""
        super().initial(request, *args, **kwargs)
        guessing.spend(request)

    def who(self) -> str:
        """The household's keys are kept under a digest of its code."""
        return "h:" + hashlib.sha256(read_code(self.kwargs["code"]).encode()).hexdigest()[:32]


class PublicJourney(ByCode):
    """One's own journey."""

    @reads(OwnJourney)
    def get(self, code: str) -> dict[str, Any]:
        """My journey: status, the driver's first name, the plate, the next step"""
        return shapes.for_household(journeys.by_code(code), self.at)


class OwnWord(NewCheckIn):
    """A word from the household with its picture, which an arrival needs once the household was told one."""

    sign = Choice(SIGNS, required=False)


class PublicCheckIns(ByCode):
    """Words of the household."""

    @does(OwnWord, OwnJourney)
    def post(self, data: dict[str, Any], code: str) -> dict[str, Any]:
        """A word from the household: here, underway, arrived, wrong; any picture is answered in the same way"""
        row = journeys.household_says(actor=self.actor, code=code, at=self.at, **data)
        return shapes.for_household(row, self.at)


class Thanks(serializers.Serializer[Any]):
    """A report that was taken."""

    id = serializers.UUIDField()


class PublicConcerns(ByCode):
    """Reports of the household."""

    @does(NewConcern, Thanks)
    def post(self, data: dict[str, Any], code: str) -> dict[str, Any]:
        """The household reports those who carry or host it, in confidence"""
        return {"id": concerns.report_by_household(actor=self.actor, code=code, at=self.at, **data).pk}


class ChecklistLine(serializers.Serializer[Any]):
    """A check that somebody meets who joins: who does it, and how many months it counts."""

    code = serializers.CharField()
    by = serializers.CharField()
    months = serializers.IntegerField(allow_null=True)


class Checklist(serializers.Serializer[Any]):
    """Everything that is checked."""

    items = ChecklistLine(many=True)


class Checklists(OpenApi):
    """What is checked of whoever joins."""

    @reads(Checklist)
    def get(self, kind: str) -> dict[str, Any]:
        """What is checked of a driver, a host or an organization, from the checks' own files"""
        if kind not in vetting.JOINING:
            raise NotFound
        known = vetting.definitions()
        return {"items": [{"code": c, "by": known[c].by, "months": known[c].months} for c in vetting.asked_of(kind)]}


class Joining(ProviderFields):
    """An application by somebody without an account, with the password of the account that it makes."""

    id = NewId()
    kind = Choice(joining.KINDS)
    given_name = Text(max_length=80)
    family_name = Text(max_length=80)
    password = Text(max_length=256, trim_whitespace=False)
    language = Choice(LANGUAGES, required=False, default="ro")


class Joined(serializers.Serializer[Any]):
    """The account: with this name and the password it is signed in on the pages."""

    id = serializers.UUIDField()
    sign_in_name = serializers.CharField()


class Applications(OpenApi):
    """Joining without an invitation."""

    @asks(Joining, Joined)
    def post(self, data: dict[str, Any]) -> dict[str, Any]:
        """Join as a driver, host or organization; the same id and password again gives the same account"""
        own = {name: data.pop(name) for name in ("id", "kind", "password", "language")}
        names = {name: data[name] for name in ("given_name", "family_name")}
        fields = {k: v for k, v in data.items() if own["kind"] == "person" or k not in names}
        newcomer = joining.Newcomer(
            kind=own["kind"], password=own["password"], language=own["language"], fields=fields, **names
        )
        caller = asking.caller(self.request)
        person = joining.join(id=own["id"], newcomer=newcomer, address=caller, at=self.at)
        return {"id": person.pk, "sign_in_name": joining.sign_in_name(person.pk)}
