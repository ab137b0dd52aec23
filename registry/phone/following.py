"""Following a journey that somebody has shared: how it stands, the plate, a first name and an area; nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.errors import NotFound, RegistryError
from registry.phone.mine import CODE, form_methods
from registry.selectors import following
from registry.web import asking, forms, guessing, holding, pages


class FollowForm(forms.Form):
    """The code at the end of the link."""

    code = forms.line(
        _("The letters and digits after the # of your link"), longest=40, widget=TextInput({**CODE, "data-code": "go"})
    )


@login_not_required
@form_methods
def follow(request: HttpRequest) -> HttpResponse:
    """The link brings the code behind its #, which no server is sent: the page asks for it, or a script fills it in."""
    form, found = FollowForm(request.POST or None), None
    try:
        if request.method == "POST":
            guessing.spend(request)
        if form.is_valid():
            found = following.by_code(form.cleaned_data["code"], asking.now())
    except NotFound:
        form.refuse(404, (), {"code": gettext("This link opens nothing, or it opens nothing any more.")})
    except RegistryError as error:
        return holding.private(pages.refused(request, error, back=request.path))
    context = {"form": form, "found": found, "code": form.cleaned_data.get("code", "") if found else ""}
    return holding.private(pages.page(request, "mine/follow.html", context))
