"""What each refusal says to a person: one sentence a code, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, object] = {
    # What every service may say.
    "refused": _("This cannot be done."),
    "invalid": _("Some of what was entered does not fit."),
    "not_allowed": _("Your role does not allow this."),
    "not_found": _("This page or record does not exist, or is not yours to see."),
    "refused_by_rule": _("A safety rule says no."),
    "conflict": _("Somebody else has changed this in the meantime. Look at it again."),
    "stale_version": _("This has changed since you opened it. Look at it again."),
    "too_many": _("Too many tries. Please wait a little."),
    "illegal_transition": _("This step is not possible now."),
    "id_taken": _("This was already recorded."),
    "idempotency_key_malformed": _("The form is incomplete. Please open the page again."),
    "idempotency_key_reused": _("This form was already sent with other details. Check what was recorded, then send again."),
    "request_running": _("This request is already running."),
    # Field codes.
    "required": _("Please fill this in."),
    "unknown_choice": _("Please choose one of the list."),
    "out_of_range": _("This number is not possible here."),
    "size_out_of_range": _("A household has 1 to 30 people."),
    "more_than_people": _("More than there are people."),
    "more_than_vehicle": _("More than the vehicle has."),
    "more_than_dwelling": _("More than the home has."),
    "too_small": _("At least one is needed."),
    "too_short": _("Please write at least 20 characters."),
    "before_start": _("The end must come after the start."),
    "in_the_past": _("This day is over."),
    "not_a_phone": _("This is not a phone number."),
    "not_a_plate": _("This is not a number plate."),
    "not_an_adult": _("Only adults can register."),
    "not_a_driver": _("This person is not registered as a driver."),
    "same_as_driver": _("The second adult must be somebody else than the driver."),
    "not_of_this_provider": _("This does not belong to this provider."),
    "not_yours_to_set": _("This cannot be set here."),
    "not_on_shift_here": _("This person is not on shift in this zone now."),
    "not_on_this_ride": _("This ride does not go there."),
    "not_for_this_decision": _("This does not belong to this decision."),
    "not_uuid7": _("The form is incomplete. Please open the page again."),
    "dwelling_not_step_free": _("The home is not registered as free of steps."),
    "check_unknown_for_subject": _("This check does not apply here."),
    "evidence_not_kept": _("This detail is not kept for this check."),
    "evidence_required": _("This detail is needed for this check."),
    "evidence_expired": _("The document has expired."),
    "last_four_only": _("Only the last four characters are kept."),
    "swapped_lon_lat": _("Latitude and longitude are swapped."),
    "outside_service_area": _("This place is outside the area of the registry."),
    "not_finite": _("This number is not possible here."),
    # Conflicts.
    "alarm_closed": _("This alarm is already closed."),
    "alarm_taken": _("Somebody else has already taken this alarm."),
    "arrival_said_already": _("This side has already confirmed the arrival."),
    "checks_changed": _("The checks have changed since the first decision. It must be taken again."),
    "concern_closed": _("This concern is already closed."),
    "decision_over": _("This decision is already over."),
    "decision_pending": _("A first decision is already waiting for its second person."),
    "decision_running": _("A decision of this kind is already in force."),
    "does_not_live_there": _("This person does not live there anymore."),
    "hold_cleared": _("This hold is already cleared."),
    "household_counts_on_it": _("A household counts on this offer. Staff must first find another place for them."),
    "household_is_matched": _("The household is already matched. Call the match off first."),
    "journey_not_running": _("This journey is not running."),
    "nobody_to_report": _("There is nobody on this journey to report."),
    "not_in_review": _("This is not in review."),
    "offer_is_over": _("The time of this offer is over."),
    "plate_taken": _("This number plate is already registered."),
    "provider_exists": _("You are already registered as a provider."),
    "request_not_open": _("This request is not open anymore."),
    "role_ended": _("This role has already ended."),
    "shift_over": _("This shift is already over."),
    "shift_running": _("You are already on shift."),
    "token_revoked": _("This key is already revoked."),
    # Of the pages themselves.
    "wrong_login": _("E-mail or password is wrong."),
    "session_over": _("The page was open for too long. Please send it again."),
    "trouble": _("Something went wrong on our side. Nothing was recorded. Please try again."),
}

MACHINES: Mapping[str, str] = {
    "provider": "vetting",
    "vehicle": "vetting",
    "dwelling": "vetting",
    "offer": "offer",
    "request": "request",
    "match": "match",
    "pass": "pass",
    "zone": "zone",
}


def sentence(code: str) -> str:
    """The sentence for a code; a general one when it has none of its own."""
    return str(SENTENCES.get(code, SENTENCES["refused"]))
