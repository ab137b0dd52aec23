"""Photographs of a provider's vehicle and face: put in, taken away, and shown to whoever may see them."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from registry import models as m
from registry.errors import Invalid
from registry.phone.intake import form_methods
from registry.pictures import Picture
from registry.selectors import photos as selected
from registry.selectors import work
from registry.services import photos
from registry.web import asking, forms, pages, photo_links, refusals, uploads

TAKEN = "image/jpeg,image/png,image/webp"


class PhotoForm(forms.Form):
    """One photograph; of a face only with its owner's word that families may see it."""

    picture = django_forms.FileField(
        label=_("Photo"),
        help_text=_("A photo from your phone: JPEG, PNG or WebP, at most 6 MB."),
        widget=django_forms.FileInput({"accept": TAKEN, "data-photo": ""}),
        error_messages={"required": _("Choose a photo."), "empty": _("Choose a photo.")},
    )
    agree = django_forms.BooleanField(label=_("Families whom I drive or host, and the staff at the gate, may see it."))

    def __init__(self, *args: Any, face: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not face:
            del self.fields["agree"]

    def clean_picture(self) -> Picture:
        """The photograph as it is kept, made before anything is written."""
        try:
            return photos.prepared(self.cleaned_data["picture"].read())
        except Invalid as error:
            raise django_forms.ValidationError(refusals.sentence(error.fields["picture"])) from None


def _put_in(request: HttpRequest, owner: m.Provider, car: m.Vehicle | None) -> HttpResponse:
    """The page of one photograph: what is there, and the form for another."""
    form = PhotoForm(request.POST or None, request.FILES or None, face=car is None)

    def add(sent: pages.Sent) -> str:
        about: Any = {"vehicle": car.pk} if car else {"provider": owner.pk}
        photos.add(actor=sent.actor, id=sent.id, picture=form.cleaned_data["picture"], at=sent.at, **about)
        return reverse("own_status")

    done = gettext("The photo is here. Families see it once an officer has confirmed it.")
    if answer := pages.submit(request, form, add, done):
        return answer
    there = next((one for one in selected.of_provider(owner) if one.vehicle_id == (car.pk if car else None)), None)
    context = {"form": form, "car": car, "provider": owner, "there": there}
    return pages.page(request, "phone/photo.html", context)


@uploads.takes_picture
@form_methods
def vehicle_photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The photograph of a vehicle with its plate."""
    car: Any = pages.found(lambda: work.own_thing(asking.actor(request), "vehicle", pk))
    return _put_in(request, car.provider, car)


@uploads.takes_picture
@form_methods
def face_photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The photograph of whoever drives or hosts, if they want to show it."""
    owner: m.Provider = pages.found(lambda: work.own_provider(asking.actor(request), pk))
    return _put_in(request, owner, None)


@require_POST
def photo_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A photograph is taken away by its owner."""

    def remove(sent: pages.Sent) -> str:
        photos.remove(actor=sent.actor, photo=pk, at=sent.at)
        return reverse("own_status")

    return pages.act(request, remove, back=reverse("own_status"), done=gettext("The photo is gone."))


@never_cache
@require_safe
def photo(request: HttpRequest, pk: UUID, size: str = "large") -> HttpResponse:
    """A photograph for its owner, officers who see the provider, and the staff of a running journey."""
    actor, at = asking.actor(request), asking.now()
    return photo_links.as_response(
        pages.found(lambda: photos.look(actor=actor, photo=pk, at=at, thumb=size == "small"))
    )


@login_not_required
@never_cache
@require_safe
def photo_shown(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 (Django calls it so)
    """A photograph for a household that has shown its code a moment ago; the address is worth nothing later."""
    named = photo_links.read(token)
    if named is None:
        raise Http404
    match, pk, small = named
    jpeg = pages.found(lambda: photos.look_as_household(match=match, photo=pk, at=asking.now(), thumb=small))
    return photo_links.as_response(jpeg)
