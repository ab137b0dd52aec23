"""One provider on one page, and readings that owe an audit entry."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from registry.console.gate import desk, today
from registry.errors import NotFound
from registry.selectors import dossier, joined, providers
from registry.services import disclosure
from registry.web import asking, pages

# Journeys whose people an officer may have to call now.
CALLABLE = ("departed", "overdue", "alerted", "halted")


@desk("officer")
def provider(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one provider; that its identity was read is written down."""
    actor = asking.actor(request)
    row = disclosure.provider_identity(actor=actor, provider=pk, at=asking.now())
    file = dossier.dossier(actor, row, today())
    behind_in_view = file.behind is not None and providers.visible(actor).filter(pk=file.behind.pk).exists()
    context = {
        "provider": row,
        "file": file,
        "behind_in_view": behind_in_view,
        "callable": CALLABLE,
        "joined": joined.name_of(row.account.email) if row.account else "",
        "unmet": joined.is_unmet(row),
    }
    return pages.page(request, "console/provider.html", context)


@desk("officer")
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The exact place of a home."""
    home = disclosure.dwelling_place(actor=asking.actor(request), dwelling=pk, at=asking.now())
    return pages.page(request, "console/place.html", {"home": home})


@desk("officer", "coordinator")
def call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Whom to call about one journey."""
    contacts = disclosure.journey_contacts(actor=asking.actor(request), match=pk, at=asking.now())
    if not contacts:
        raise NotFound
    return pages.page(request, "console/call.html", {"contacts": contacts})
