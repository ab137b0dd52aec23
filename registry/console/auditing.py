"""The audit log for auditors: codes, ids and times."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from registry.console import forms
from registry.console.gate import desk
from registry.selectors import auditing as selected
from registry.web import asking, pages


@desk("auditor")
def audit(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first."""
    form = forms.AuditForm(request.GET or None)
    wanted = selected.Wanted(**form.cleaned_data) if form.is_valid() else selected.Wanted()
    page = selected.entries(asking.actor(request), wanted, request.GET.get("after", ""))
    kept = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    query = urlencode({**kept, "after": page.next_cursor})
    context = {
        "form": form,
        "page": page,
        "next_url": f"{reverse('desk:audit')}?{query}" if page.next_cursor else "",
    }
    return pages.page(request, "console/audit.html", context)
