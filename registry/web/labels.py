"""The words for every code that people see: one map a family, in the reader's language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from registry.web import bring_words, pass_words, plan_words, provider_words, trust_words

Words = Mapping[str, object]

VETTING: Words = {
    "applied": _in("vetting", "Applied"),
    "in_review": _in("vetting", "In review"),
    "info_requested": _in("vetting", "Waiting for information"),
    "verified": _in("vetting", "Verified"),
    "suspended": _in("vetting", "Suspended"),
    "expired": _in("vetting", "Expired"),
    "rejected": _in("vetting", "Rejected"),
    "revoked": _in("vetting", "Revoked"),
}
OFFER: Words = {
    "draft": _in("offer", "Draft"),
    "open": _in("offer", "Open"),
    "paused": _in("offer", "Paused"),
    "full": _in("offer", "Full"),
    "withdrawn": _in("offer", "Withdrawn"),
    "lapsed": _in("offer", "Over"),
}
PAUSED: Words = {
    "owner": _("paused by you"),
    "suspended": _("paused: suspended"),
    "expired": _("paused: a check has lapsed"),
    "held": _("paused: on hold"),
    "checked_field_changed": _("paused: waiting for a new review"),
}
REQUEST: Words = {
    "open": _in("request", "Open"),
    "matched": _in("request", "Matched"),
    "completed": _in("request", "Completed"),
    "cancelled": _in("request", "Cancelled"),
    "referred": _in("request", "Referred"),
}
MATCH: Words = {
    "proposed": _in("match", "Proposed"),
    "accepted": _in("match", "Chosen by the household"),
    "confirmed": _in("match", "Confirmed"),
    "departed": _in("match", "On the road"),
    "overdue": _in("match", "Overdue"),
    "alerted": _in("match", "Alarm raised"),
    "arrived": _in("match", "Arrived"),
    "resolved": _in("match", "Resolved by staff"),
    "closed": _in("match", "Closed"),
    "declined": _in("match", "Declined"),
    "cancelled": _in("match", "Called off"),
    "halted": _in("match", "Halted"),
}
PASS: Words = {"issued": _in("pass", "Valid"), "revoked": _in("pass", "Not valid"), "expired": _in("pass", "Expired")}
PASS_REASON: Words = pass_words.PASS_REASON
ZONE: Words = {
    "draft": _in("zone", "Draft"),
    "active": _in("zone", "Active"),
    "suspended": _in("zone", "Suspended"),
    "retired": _in("zone", "Retired"),
}
ZONE_ACTION: Words = {
    "activate": _("Open the zone"),
    "suspend": _("Suspend the zone"),
    "retire": _("Close the zone for good"),
}
PLACE: Words = {
    "crossing": _("at a border crossing"),
    "hub": _("transit hub"),
    "road": _("road"),
    "road+foot": _("road and on foot"),
    "ferry": _("ferry"),
}
ROLE: Words = {
    "volunteer": _("Volunteer"),
    "coordinator": _("Coordinator"),
    "officer": _("Officer"),
    "child_protection": _("Child protection"),
    "case_worker": _("Case worker"),
    "partner": _("Partner organization"),
    "provider": _("Provider"),
    "auditor": _("Auditor"),
    "steward": _("Steward"),
    "register_reader": _("May ask the register of refused providers"),
}
ORGANIZATION: Words = {"authority": _("Authority"), "ngo": _("Non-profit organization"), "company": _("Company")}
PROVIDER: Words = {"person": _("Person"), "organization": _("Organization")}
SUBJECT: Words = {
    "provider": _("Provider"),
    "vehicle": _("Vehicle"),
    "dwelling": _("Home"),
    "driver": _("Driver"),
    "escort": _("Second adult in the vehicle"),
    "organization": _("Organization"),
    "resident": _("Resident"),
}
AGE: Words = {
    "0-3": _("0 to 3 years"),
    "4-11": _("4 to 11 years"),
    "12-17": _("12 to 17 years"),
    "18-59": _("18 to 59 years"),
    "60+": _("60 years and over"),
    "unknown": _("Age not known"),
}
SEX: Words = {"f": _("Female"), "m": _("Male"), "unknown": _("Not said")}
GUARDIAN: Words = {
    "parent": _("Their mother or father is here"),
    "legal_guardian": _("Their legal guardian is here, with papers"),
    "other_adult": _("Another adult is with them"),
    "none": _("Nobody of theirs is here"),
}
LANGUAGE: Words = {
    "uk": _("Ukrainian"),
    "ro": _("Romanian"),
    "en": _("English"),
    "ru": _("Russian"),
    "pl": _("Polish"),
    "de": _("German"),
    "fr": _("French"),
    "it": _("Italian"),
    "es": _("Spanish"),
    "hu": _("Hungarian"),
    "bg": _("Bulgarian"),
    "tr": _("Turkish"),
    "other": _("Another language"),
}
NEED: Words = {
    "medical": _("Medical care"),
    "pregnant": _("Pregnancy"),
    "disability": _("Disability"),
    "elderly_care": _("Care for an older person"),
    "trauma": _("Trauma, needs quiet"),
    "newborn": _("Newborn baby"),
    "no_documents": _("No documents"),
}
KIND: Words = {"ride": _("A ride"), "stay": _("A place to stay"), "both": _("A ride and a place to stay")}
CHECK = bring_words.CHECK
EVIDENCE: Words = {
    "type": _("Type of document"),
    "country": _("Country of issue"),
    "last_four": _("Last four characters"),
    "number": _("Whole number of the document"),
    "expires_on": _("Valid until"),
}
DECISION: Words = {
    "verify": _("Verify"),
    "lift": _("Lift the suspension"),
    "revoke": _("Revoke for good"),
    "clear_hold": _("Clear the hold"),
    "grant_appeal": _("Grant the appeal"),
    "deny_appeal": _("Let the rejection stand"),
    "child_placement": _("Placement of a child"),
    "unrelated_men_accepted": _("Asked to travel or stay with unrelated men"),
}
DECISION_OUTCOME: Words = {
    "pending": _in("decision", "Waits for the second person"),
    "carried": _in("decision", "Carried by two people"),
    "refused": _in("decision", "Refused by the second person"),
    "withdrawn": _in("decision", "Taken back"),
    "lapsed": _in("decision", "Lapsed: the checks have changed"),
}
DECISION_REASON: Words = {
    "checks_complete": _("All checks are complete"),
    "hold_explained": _("The hold is explained"),
    "cause_removed": _("The cause is removed"),
    "confirmed_abuse": _("Abuse is confirmed"),
    "withdrew": _("The provider withdrew"),
    "not_convinced": _("Not convinced"),
    "rejection_wrong": _("The rejection was wrong"),
    "rejection_right": _("The rejection was right"),
}
REJECTION: Words = {
    "failed_check": _("A check failed"),
    "refuses_check": _("Refuses a check"),
    "false_statement": _("Made a false statement"),
    "duplicate": _("Is registered twice"),
    "register_hit": _("Found in a register"),
    "withdrew": _("The provider withdrew"),
}
SUSPENSION: Words = trust_words.SUSPENSION
HOLD: Words = trust_words.HOLD
CONCERN: Words = {
    "money": _("Asked for money"),
    "work": _("Asked for work"),
    "papers": _("Took or asked for papers"),
    "alone": _("Wanted to be alone with somebody"),
    "route_changed": _("Changed the route or the destination"),
    "violence": _("Violence or a threat"),
    "other": _("Something else"),
}
CONCERN_OUTCOME: Words = {
    "unfounded": _("Unfounded"),
    "confirmed": _in("concern", "Confirmed"),
    "handed_to_police": _("Handed to the police"),
}
ALARM: Words = {
    "child_alone": _("A child is here without a parent"),
    "something_wrong": _("Somebody says that something is wrong"),
    "duress": _("A household has quietly asked for help: it pressed a picture that is not its own"),
    "concern": _("A concern was reported"),
    "provider_cannot": _("A driver or host cannot: the household needs another"),
    "glass_broken": _("Somebody opened a household's record in an emergency"),
    "journey_halted": _("A journey was halted: somebody is not verified anymore"),
    "stay_halted": _("A stay was halted: the host is not verified anymore"),
    "review_disagreed": _("A third officer decided otherwise in a blind review"),
    "review_late": _("A blind review is late"),
    "stay_needs_check": _("People stay at a home that must be checked again"),
    "register_hit": _("Somebody from the register of refused providers has appeared"),
    "arrived_too_soon": _("An arrival was said sooner than the road allows"),
    "reads_unassigned": _("A colleague opens many records that are not theirs"),
    "insider": _("A signal about a colleague was confirmed"),
    "two_groups": _("The same adult came with another group"),
    "other_children": _("The same adult came with other people's children"),
    "overdue_call_both": _("Overdue: call the household and the driver"),
    "overdue_coordinator": _("Overdue: the coordinator must act"),
    "overdue_duty_officer": _("Overdue: the duty officer must act"),
    "overdue_police": _("Overdue: tell the police"),
    **trust_words.LEDGER_ALARM,
}
PLAN, PLAN_ROW, PLAN_FAILURE = plan_words.PLAN, plan_words.PLAN_ROW, plan_words.PLAN_FAILURE
REFUSAL, REFUSAL_STATUS = trust_words.REFUSAL, trust_words.REFUSAL_STATUS
REFUSAL_DECISION, SIGNAL_LEVEL = trust_words.REFUSAL_DECISION, trust_words.SIGNAL_LEVEL
REVIEW_REASON: Words = trust_words.REVIEW_REASON
ALARM_OUTCOME: Words = {
    "safe": _("The people are safe"),
    "false_alarm": _("False alarm"),
    "handed_to_police": _("Handed to the police"),
    "handed_to_authority": _("Handed to the authority"),
    "resolved": _("Solved in another way"),
}
JOURNEY_OUTCOME: Words = {
    "arrived_safe": _("Arrived and safe"),
    "moved_elsewhere": _("Safe, went somewhere else"),
    "returned": _("Came back to the zone"),
    "handed_to_police": _("Handed to the police"),
    "handed_to_authority": _("Handed to the authority"),
}
CANCEL: Words = {
    "household_left": _("The household has left"),
    "plans_changed": _("Plans have changed"),
    "provider_withdrew": _("The provider cannot"),
    "staff_decision": _("Decision of the staff"),
}
SIGN: Words = {
    "sun": _in("picture", "Sun"),
    "tree": _in("picture", "Tree"),
    "fish": _in("picture", "Fish"),
    "key": _in("picture", "Key"),
    "cup": _in("picture", "Cup"),
    "boat": _in("picture", "Boat"),
}
COMPASS: Words = {
    "n": _("to the north"),
    "ne": _("to the north-east"),
    "e": _("to the east"),
    "se": _("to the south-east"),
    "s": _("to the south"),
    "sw": _("to the south-west"),
    "w": _("to the west"),
    "nw": _("to the north-west"),
}
CHECK_IN: Words = {
    "here": _("They are here"),
    "underway": _("Under way, all is well"),
    "arrived": _in("check-in", "They have arrived"),
    "wrong": _("Something is wrong"),
    "coming": _("I will be there"),
}
OWN_WORD, OWN_SAID, PHOTO = provider_words.OWN_WORD, provider_words.OWN_SAID, provider_words.PHOTO
SIDE: Words = {
    "refugee": _("The household"),
    "driver": _("Driver"),
    "receiver": _("The receiving side"),
    "staff": _("Staff"),
    "host": _("Host"),
    "household": _("The household"),
}
HELP: Words = {
    "emergency": _("Emergency: police, ambulance, fire brigade"),
    "child": _("Child in danger: county child protection"),
    "trafficking": _("Human trafficking: ANITP helpline"),
    "eliberare": _("Human trafficking: eLiberare"),
}
FIELD: Words = {
    "given_name": _("First name"),
    "family_name": _("Surname"),
    "birth_year": _("Year of birth"),
    "sex": _("Sex"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "town": _("Town"),
    "county": _("County"),
    "organization": _("Organization"),
    "is_driver": _("Drives"),
    "is_host": _("Hosts"),
    "registration_number": _("Registration number"),
    "organization_name": _("Name of the organization"),
    "plate": _("Number plate"),
    "plate_country": _("Country of the plate"),
    "make": _("Make and model"),
    "color": _("Color"),
    "seats": _("Seats"),
    "child_seats": _("Child seats"),
    "wheelchair_places": _("Wheelchair places"),
    "lat": _("Place on the map"),
    "lon": _("Place on the map"),
    "beds": _("Beds"),
    "rooms": _("Rooms"),
    "lockable_room": _("Room that guests can lock"),
    "residents": _("Residents"),
    "step_free": _("No steps"),
    "zone": _("Safe zone"),
    "origin": _("From the safe zone"),
    "destination": _("Where to?"),
    "arrival_zone": _("Ends in"),
    "destinations": _("To which towns?"),
    "departs_until": _("Leaves at the latest"),
    "to_date": _("Until"),
    "vehicle": _("Vehicle"),
    "driver": _("Driver"),
    "escort": _("Second adult in the vehicle"),
    "dwelling": _("Home"),
    "wheelchair": _("A wheelchair can get in"),
    "second_staff": _("Second member of staff beside you"),
    "ends_at": _("Hours"),
    "outcome": _("What came of it?"),
    "role": _("Role"),
    "reference": _("Reference"),
    "expires_on": _("Holds until"),
    "languages": _("Languages"),
    "needs": _("Needs"),
    "wheelchairs": _("Wheelchairs"),
    "pets": _("Pets"),
    "luggage": _("Pieces of luggage"),
    "nights": _("Nights"),
    "crossing": _("Border crossing"),
    "contact_phone": _("Phone"),
    "members": _("Who travels together?"),
    "picture": _("Photo"),
    "said": _("What has happened?"),
}

FAMILIES: Mapping[str, Words] = {
    name.lower(): value for name, value in list(globals().items()) if name.isupper() and isinstance(value, dict)
}

TONES: Mapping[str, str] = {
    **dict.fromkeys(("verified", "open", "active", "confirmed", "arrived", "issued", "completed", "carried"), "ok"),
    **dict.fromkeys(("in_review", "info_requested", "paused", "full", "accepted", "overdue", "pending"), "warn"),
    **dict.fromkeys(("hold", "listed", "failed"), "bad"),
    **dict.fromkeys(("partly_confirmed", "changed"), "warn"),
    **dict.fromkeys(("alert", "appealed"), "warn"),
    **dict.fromkeys(("review", "suggested"), "info"),
    **dict.fromkeys(("suspended", "rejected", "revoked", "expired", "alerted", "halted", "refused"), "bad"),
    **dict.fromkeys(("departed", "proposed", "matched", "applied", "making", "planned"), "info"),
}


def text(family: str, code: object) -> str:
    """The words for one code; the code itself when it has none."""
    return str(FAMILIES[family].get(str(code), code))


def texts(family: str, codes: Iterable[str]) -> str:
    """The words for several codes, in one line."""
    return ", ".join(text(family, code) for code in codes)


def choices(family: str, codes: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their words, for a form."""
    return [(code, text(family, code)) for code in codes]


def tone(status: str) -> str:
    """ok, warn, bad, info or plain: how a status is coloured, beside its word."""
    return TONES.get(status, "plain")


def duration(minutes: int) -> str:
    """Minutes in words, e.g. 1 h 20 min."""
    days, rest = divmod(minutes, 24 * 60)
    if days:
        return gettext("%(days)d d %(hours)d h") % {"days": days, "hours": rest // 60}
    if rest < 60:
        return gettext("%(minutes)d min") % {"minutes": rest}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": rest // 60, "minutes": rest % 60}
