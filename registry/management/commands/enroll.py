"""`manage.py enroll`: the first steward of a new registry, or any other account, made at the machine itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.errors import RegistryError
from registry.models.person import ROLES
from registry.services.accounts import Newcomer, enroll


class Command(BaseCommand):
    """Make an account with one role and print its password once."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, from where, as what."""
        parser.add_argument("email")
        parser.add_argument("given_name")
        parser.add_argument("family_name")
        parser.add_argument("--role", choices=ROLES, default="steward")
        parser.add_argument("--organization", required=True, help="its name; entered if the registry does not know it")
        parser.add_argument("--kind", choices=("authority", "ngo", "company"), default="authority")
        parser.add_argument("--county", help="ISO 3166-2, e.g. RO-SV: where the role holds; everywhere without it")
        parser.add_argument("--language", choices=("uk", "ro", "en", "ru"), default="ro")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Call the service and say the password, which is kept nowhere."""
        newcomer = Newcomer(
            email=options["email"],
            given_name=options["given_name"],
            family_name=options["family_name"],
            organization=options["organization"],
            organization_kind=options["kind"],
            county=options["county"],
            language=options["language"],
        )
        try:
            person, secret = enroll(newcomer=newcomer, role=options["role"], at=timezone.now())
        except RegistryError as refusal:
            details = getattr(refusal, "fields", None) or ""
            raise CommandError(f"{refusal.code} {details}".strip()) from refusal
        self.stdout.write(f"enroll: {person.email} is a {options['role']}")
        self.stdout.write(f"enroll: password {secret} (shown this once; hand it over in person)")
        self.stdout.write(
            "enroll: at the first sign-in they set up a second factor; without one the role opens nothing"
        )
