"""What somebody fills in who joins without an invitation."""

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from registry.ids import is_uuid7, uuid7
from registry.phone.entry import new_password
from registry.phone.provider_forms import ApplyForm, home_towns
from registry.services.joining import Newcomer
from registry.web import forms

TEL = {"autocomplete": "tel", "inputmode": "tel"}


def _email() -> django_forms.EmailField:
    return django_forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, widget=django_forms.EmailInput({"autocomplete": "email"})
    )


class JoinForm(forms.Form):
    """What every newcomer says: a form whose key stays the same until it has been taken."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.key = self._sent_key() or str(uuid7())

    @property
    def fresh_key(self) -> str:
        """The id of the account to be: the sign-in name that is shown beside it follows from it."""
        return self.key

    def _sent_key(self) -> str:
        try:
            key = UUID(self.data.get("key", ""))
        except ValueError:
            return ""
        return str(key) if is_uuid7(key) else ""

    def newcomer(self, language: str) -> Newcomer:
        """What the service wants to know."""
        data = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        password = data.pop("password")
        names = {name: data[name] for name in ("given_name", "family_name")}
        if self.kind == "organization":
            data = {name: value for name, value in data.items() if name not in names}
        kind = "organization" if self.kind == "organization" else "person"
        return Newcomer(kind=kind, password=password, fields=data, language=language, **names)


class PersonForm(JoinForm, ApplyForm):
    """A person who wants to drive or to host."""

    password = new_password("password")
    email = _email()
    groups: tuple[tuple[object, object, bool, tuple[str, ...]], ...] = (
        (_("Who you are"), "", False, ("given_name", "family_name", "birth_year", "sex")),
        (_("How we reach you"), "", False, ("phone", "email", "address", "town")),
        (_("What you offer"), "", False, ("is_driver", "is_host", "languages")),
        (_("Your password"), "", False, ("password",)),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, initial={"is_driver": kind == "driver", "is_host": kind == "host"}, **kwargs)
        self.fields["given_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["family_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["birth_year"].widget.attrs["autocomplete"] = "bday-year"
        self.fields["address"].widget.attrs["autocomplete"] = "street-address"
        self.fields["phone"].widget.attrs.update(TEL)


class OrganizationForm(JoinForm):
    """An organization, and who speaks for it."""

    organization_name = forms.line(_("Name of the organization"), longest=120)
    registration_number = forms.line(_("Registration number"), longest=40)
    given_name = forms.line(_("First name"), longest=80)
    family_name = forms.line(_("Surname"), longest=80)
    phone = forms.line(_("Phone"), longest=20, widget=django_forms.TextInput(TEL))
    email = _email()
    address = forms.line(_("Address"), longest=200)
    town = forms.pick(_("Town"), home_towns, empty=_("Choose …"), help_text=_("The nearest of the list."))
    password = new_password("password")
    groups = (
        (_("The organization"), "", False, ("organization_name", "registration_number", "address", "town")),
        (_("Who speaks for it"), "", False, ("given_name", "family_name", "phone", "email")),
        (_("Your password"), "", False, ("password",)),
    )


FORMS: dict[str, type[JoinForm]] = {"driver": PersonForm, "host": PersonForm, "organization": OrganizationForm}
