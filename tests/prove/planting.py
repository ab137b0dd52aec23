"""People, homes, papers and sentences that nobody else has, brought into the registry on every way that there is."""

import json
import random
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry import models as m
from registry.ids import uuid7
from registry.rules import vetting as checklists
from registry.services import accounts, answering, break_glass, checks, concerns, matching, offers, protection, vetting
from tests import factories as f
from tests.api.caller import Caller

LATIN, CYRILLIC = "abcdeghilmnoprstuvzăâîșț", "абвгґдеєжзиіїйклмнопрстуфхцчшщю"
# For words of four letters: in an alphabet of the others they would be part of one of their names by chance.
ARMENIAN = "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփքօֆ"


class Words:
    """Invented words by the name of the place they go to; what no key protects apart from the rest."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.sealed: dict[str, str] = {}
        self.open: dict[str, str] = {}

    def keep(self, place: str, word: str) -> str:
        """The word, remembered as one that must be encrypted."""
        self.sealed[f"{place} {len(self.sealed)}"] = word
        return word

    def show(self, place: str, word: str) -> str:
        """The word, remembered as one that is not: it must be found, or the search is blind."""
        self.open[f"{place} {len(self.open)}"] = word
        return word

    def name(self, letters: str = LATIN, length: int = 11) -> str:
        """A name that nobody has."""
        return "".join(self._chance.choices(letters, k=length)).title()

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(self._chance.choices("123456789", k=count))

    def sentence(self, place: str) -> str:
        """Words about somebody, in either script."""
        about = self.keep(place, f"{self.name(self._chance.choice((LATIN, CYRILLIC)))} {self.name()}")
        return f"{about} was there and said so."


@dataclass(frozen=True, slots=True)
class Hosts:
    """What one application has brought."""

    provider: UUID
    home: UUID


def plant(words: Words, rounds: int) -> None:
    """So many rounds of everything."""
    f.staffed("siret")
    officer, volunteer = Caller(f.olena(), fresh=False), Caller(f.maria(), fresh=False)
    for _ in range(rounds):
        household = _household(words, volunteer)
        hosts = _application(words, officer)
        _vetted(words, hosts)
        _offered(words, hosts)
        _appealed(words, hosts)
        _organization(words, officer)
        _account(words)
        _journey(words)
        _asked_in_private(words, household)


def _done(answer: Any) -> None:
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{answer.status_code}: {json.dumps(answer.json())}")


def _household(words: Words, volunteer: Caller) -> UUID:
    """A family, by the API, which keeps its answers for a repeated request."""
    pk = uuid7()
    phone = words.keep("household phone", "+3802" + words.digits(8))
    name = words.keep("household name", f"{words.name(CYRILLIC)} {words.name(CYRILLIC)}")
    body = {"id": str(pk), "zone": "siret", "members": [{"age_band": "18-59", "sex": "f"}]}
    _done(volunteer.post("/households", {**body, "contact_name": name, "contact_phone": phone}))
    _done(volunteer.get(f"/households/{pk}/contact"))
    return pk


def _application(words: Words, officer: Caller) -> Hosts:
    """A host with a home and somebody who lives there, by the API."""
    provider, home = uuid7(), uuid7()
    body = {"id": str(provider), "kind": "person", "birth_year": 1980, "town": "suceava", "is_host": True}
    named = {"given_name": words.keep("given name", words.name()), "family_name": words.keep("name", words.name())}
    reached = {"phone": _phone(words, "provider phone"), "address": words.keep("address", f"Str. {words.name()} 4711")}
    shown = {"email": words.show("e-mail", f"{words.name('abcdeghilm').lower()}@example.org")}
    _done(officer.post("/providers", {**body, **named, **reached, **shown}))
    living = {
        "id": str(uuid7()),
        "given_name": words.keep("resident", words.name(CYRILLIC)),
        "family_name": words.keep("resident", words.name(CYRILLIC)),
        "birth_year": 1980,
    }
    place = {"lat": _degrees(words, "latitude", 47), "lon": _degrees(words, "longitude", 26)}
    place["address"] = words.keep("home", f"Aleea {words.name()} 815")
    _done(
        officer.post(
            f"/providers/{provider}/dwellings",
            {"id": str(home), "town": "suceava", "beds": 4, "residents": [living], **place},
        )
    )
    car = {"plate": words.show("plate", f"SV{words.digits(6)}"), "plate_country": "RO", "make": "Dacia"}
    _done(officer.post(f"/providers/{provider}/vehicles", {"id": str(uuid7()), "color": "red", "seats": 4, **car}))
    return Hosts(provider, home)


def _phone(words: Words, place: str) -> str:
    return words.keep(place, "+406" + words.digits(8))


def _degrees(words: Words, place: str, whole: int) -> Any:
    return float(words.keep(place, f"{whole}.6{words.digits(6)}"))


def _vetted(words: Words, hosts: Hosts) -> None:
    """Taken into review, a paper seen, a question asked and answered, an edit."""
    given = {"kind": "provider", "subject": hosts.provider, "at": f.NOW}
    vetting.start_review(actor=f.petru(), **given)
    paper = words.keep("last signs of a paper", words.name(ARMENIAN, 4).upper())
    seen = {"type": "id_card", "country": "UA", "number": f"10{words.digits(4)} {paper}", "expires_on": f.TODAY + f.DAY}
    kept = {name: seen[name] for name in (*checklists.definitions()["identity"].evidence, "number") if name in seen}
    checks.record_check(actor=f.petru(), id=uuid7(), code="identity", passed=True, evidence=kept, **given)
    vetting.request_info(actor=f.petru(), codes=["identity"], **given)
    answering.supply_info(actor=_owner(hosts), text=words.sentence("answer"), **given)


def _owner(hosts: Hosts) -> Any:
    return f.owner(m.Provider.objects.get(pk=hosts.provider))


def _offered(words: Words, hosts: Hosts) -> None:
    draft = offers.AccommodationDraft(
        dwelling=hosts.home,
        beds=2,
        from_date=f.TODAY,
        to_date=f.TODAY + f.DAY,
        note=words.sentence("note of an offer"),
    )
    offers.draft_accommodation(actor=_owner(hosts), provider=hosts.provider, id=uuid7(), draft=draft, at=f.NOW)


def _appealed(words: Words, hosts: Hosts) -> None:
    given = {"kind": "provider", "subject": hosts.provider, "at": f.NOW}
    vetting.reject(actor=f.petru(), reason="failed_check", **given)
    answering.appeal(actor=_owner(hosts), id=uuid7(), text=words.sentence("appeal"), **given)


def _organization(words: Words, officer: Caller) -> None:
    body = {"id": str(uuid7()), "kind": "organization", "town": "suceava", "registration_number": words.digits(8)}
    body["organization_name"] = words.show("organization", f"Casa {words.name('abcdeghilm')}")
    _done(officer.post("/providers", {**body, "phone": _phone(words, "phone of an organization")}))


def _account(words: Words) -> None:
    """Somebody who works here; phone and address come in by the operator."""
    newcomer = accounts.Newcomer(
        email=words.show("e-mail", f"{words.name('abcdeghilm').lower()}@example.org"),
        given_name=words.keep("account", words.name()),
        family_name=words.keep("account", words.name()),
        organization="Drum Bun",
        organization_kind="ngo",
    )
    row = accounts.enroll(newcomer=newcomer, role="volunteer", at=f.NOW)[0]
    address = words.keep("address of an account", f"Bd. {words.name()} 99")
    f.correct(row, phone=_phone(words, "phone of an account"), address=address)


def _journey(words: Words) -> None:
    """A driver takes a journey back, another is reported, and somebody breaks the glass."""
    taken_back = f.match("confirmed")
    given = {"reason": "provider_withdrew", "said": words.sentence("what a provider said"), "at": f.NOW}
    matching.cancel(actor=f.maria(), match=taken_back.pk, **given)
    left = f.match("departed")
    told = {"kind": "other", "text": words.sentence("report"), "at": f.NOW}
    concerns.report(actor=f.maria(), match=left.pk, id=uuid7(), **told)
    reason = words.sentence("broken glass")
    somebody = f.actor(f.person("volunteer", zone="tulcea"))
    break_glass.break_glass(actor=somebody, id=uuid7(), code=left.household.code, reason=reason, at=f.NOW)


def _asked_in_private(words: Words, household: UUID) -> None:
    protection.ask_to_accept_men(
        actor=f.andrei(),
        household=household,
        id=uuid7(),
        reason=words.sentence("asked in private"),
        expires_on=f.TODAY + f.DAY,
        at=f.NOW,
    )
