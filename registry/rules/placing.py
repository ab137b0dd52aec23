"""Why a plan gave a household this place, or none, said from what was found out about all offers at once."""

from collections.abc import Iterable

from registry.rules.reasons import Reason

# What stood alone in the way: without it there would have been a place that fits.
LACKS = {
    "step_free": Reason("plan_no_step_free"),
    "pets": Reason("plan_no_pets"),
    "men": Reason("plan_no_men"),
    "woman_host": Reason("plan_no_woman_host"),
    "dates": Reason("plan_no_dates"),
    "beds": Reason("plan_no_room"),
    "near": Reason("plan_none_near"),
    "children": Reason("plan_no_children"),
    "child_decision": Reason("plan_no_child_decision"),
    "company": Reason("plan_only_men"),
}


def speaks_for(km: int, languages: Iterable[str], *, children: bool, host_points: int) -> tuple[Reason, ...]:
    """What speaks for a place, in the words of rules.ranking. ``children``: theirs, and it is good for them."""
    found = [Reason("near", severity="info", params={"km": km})]
    if shared := ", ".join(languages):
        found.append(Reason("shared_language", severity="info", params={"languages": shared}))
    if children:
        found.append(Reason("child_friendly", severity="info"))
    if host_points:
        found.append(Reason("host_points", severity="info", params={"points": host_points}))
    return tuple(found)


def left_out(lacks: Iterable[str], *, has_fitting: bool) -> tuple[Reason, ...]:
    """Why there was no place: the ones that fit are full, or what of ``LACKS`` was missing, or more than one thing."""
    if has_fitting:
        return (Reason("plan_full"),)
    return tuple(LACKS[lack] for lack in lacks) or (Reason("plan_nothing_fits"),)
