"""The audit log for auditors: codes, ids and times, and the proof that each entry is what was written then."""

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from registry.console import forms
from registry.console.gate import desk
from registry.errors import Conflict
from registry.selectors import auditing as selected
from registry.selectors import ledger
from registry.web import asking, pages


@desk("auditor")
def audit(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first."""
    form = forms.AuditForm(request.GET or None)
    actor = asking.actor(request)
    wanted = selected.Wanted(**form.cleaned_data) if form.is_valid() else selected.Wanted()
    page = selected.entries(actor, wanted, request.GET.get("after", ""))
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    query = urlencode({**kept, "after": page.next_cursor})
    context = {
        "form": form,
        "page": page,
        "log": ledger.state(actor),
        "next_url": f"{reverse('desk:audit')}?{query}" if page.next_cursor else "",
    }
    return pages.page(request, "console/audit.html", context)


@desk("auditor")
def prove(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry, where it stands in the tree, and whether its proof holds."""
    actor = asking.actor(request)
    entry = selected.entry(actor, seq)
    try:
        bundle = ledger.entry_proof(actor, seq)
    except Conflict:
        bundle = None
    context = {
        "row": entry,
        "bundle": bundle,
        "holds": bundle is not None and ledger.holds(bundle),
        "log": ledger.state(actor),
    }
    return pages.page(request, "console/prove.html", context)


@desk("auditor")
def proof(request: HttpRequest, seq: int) -> HttpResponse:
    """The proof of one entry as a file for the stand-alone tool."""
    text = json.dumps(ledger.entry_proof(asking.actor(request), seq), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="entry-{seq}.proof.json"'
    return response
