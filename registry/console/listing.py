"""The queue: filters, search and pages."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from registry.console.gate import desk, today
from registry.selectors import queue
from registry.web import asking, pages


def _wanted(request: HttpRequest, counties: set[str]) -> queue.Wanted:
    """The filter in the address; what makes no sense in it is left out."""
    state, kind, county = (request.GET.get(name, "") for name in ("state", "kind", "county"))
    return queue.Wanted(
        state=state if state in queue.STATES else "applied",
        kind=kind if kind in queue.KINDS else "",
        county=county if county in counties else "",
        text=request.GET.get("q", "").replace("\0", "")[:80].strip(),
    )


def _url(wanted: queue.Wanted, **changed: str) -> str:
    values = {"state": wanted.state, "kind": wanted.kind, "county": wanted.county, "q": wanted.text, **changed}
    return f"{reverse('desk:queue')}?{urlencode({name: value for name, value in values.items() if value})}"


@desk("officer")
def listing(request: HttpRequest) -> HttpResponse:
    """One page of what waits, the oldest first."""
    actor = asking.actor(request)
    counties = queue.counties(actor)
    wanted = _wanted(request, {county.code for county in counties})
    page = queue.rows(actor, wanted, request.GET.get("after", ""), today())
    counts = queue.counts(actor, today())
    tabs = [{"state": s, "url": _url(wanted, state=s), "count": counts.get(s)} for s in queue.STATES]
    context = {
        "wanted": wanted,
        "page": page,
        "tabs": tabs,
        "kinds": list(queue.KINDS),
        "counties": counties,
        "next_url": _url(wanted, after=page.next_cursor) if page.next_cursor else "",
    }
    return pages.page(request, "console/queue.html", context)
