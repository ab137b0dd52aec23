"""`manage.py keys`: the keys that sign passes, status lists and checkpoints."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from registry.errors import RegistryError
from registry.permissions import Actor
from registry.selectors.actors import by_email
from registry.services import keys
from registry.states import IllegalTransition


class Command(BaseCommand):
    """List the keys, or take one through its life."""

    help = "List, create, activate, retire or withdraw signing keys; renew the secret of the plates."
    # It serves no page: the addresses need not be looked at.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One word and what it needs; who does it is a steward's account."""
        words = parser.add_subparsers(dest="word", required=True)
        words.add_parser("list", help="every key, its state and whether its private file is here")
        made = _deed(words, "create", "make a key and announce it")
        made.add_argument("--purpose", choices=keys.PURPOSES, required=True)
        for word, meaning in (
            ("activate", "sign with it from now on, a day after it was announced; the former key is retired"),
            ("retire", "sign no more with it; what it signed stays good"),
            ("withdraw", "believe nothing that it ever signed (it leaked)"),
        ):
            one = _deed(words, word, meaning)
            one.add_argument("key", help="its id, as `keys list` shows it")
            one.add_argument("--reason", choices=keys.REASONS, default="scheduled", required=word != "activate")
            if word == "activate":
                one.add_argument("--now", action="store_true", help="do not wait for the day; needs --reason")
        renewed = _deed(words, "renew-plate-secret", "new passes for every vehicle")
        renewed.add_argument("--reason", choices=keys.REASONS, required=True)

    def handle(self, *_args: Any, word: str, **options: Any) -> None:
        """Call the service and say what came of it."""
        if word == "list":
            self._list()
            return
        if options.get("now") and options["reason"] == "scheduled":
            raise CommandError("keys: --now needs a --reason other than scheduled")
        try:
            self._do(word, _steward(options["by"]), options)
        except (RegistryError, IllegalTransition) as refusal:
            details = getattr(refusal, "fields", None) or getattr(refusal, "params", None) or ""
            raise CommandError(f"keys: {refusal.code} {details}".strip()) from refusal

    def _do(self, word: str, actor: Actor, options: dict[str, Any]) -> None:
        at = timezone.now()
        if word == "renew-plate-secret":
            owed = keys.renew_plate_secret(actor=actor, reason=options["reason"], at=at)
            self.stdout.write(f"keys: new plate secret; the worker issues passes again for {owed} providers")
            return
        if word == "create":
            row = keys.create(actor=actor, purpose=options["purpose"], at=at)
        elif word == "activate":
            row = keys.activate(actor=actor, key=options["key"], at=at, now=options["now"], reason=options["reason"])
        else:
            deed = keys.retire if word == "retire" else keys.withdraw
            row = deed(actor=actor, key=options["key"], reason=options["reason"], at=at)
        self.stdout.write(f"keys: {row.kid} for {row.purpose} is {row.status}")

    def _list(self) -> None:
        for line in keys.listed():
            row = line["key"]
            moment = row.withdrawn_at or row.retired_at or row.activated_at or row.announced_at
            here = "private file here" if line["file"] else "no private file"
            self.stdout.write(f"{row.kid}  {row.purpose:<12} {row.status:<10} {moment:%Y-%m-%d %H:%M} UTC  {here}")
        for purpose, code in keys.problems().items():
            self.stdout.write(f"keys: nothing can be signed for {purpose}: {code}")


def _deed(words: Any, word: str, meaning: str) -> Any:
    """A word that changes something and is written into the audit log under a name."""
    made = words.add_parser(word, help=meaning)
    made.add_argument("--by", required=True, metavar="EMAIL", help="the steward who does it")
    return made


def _steward(email: str) -> Actor:
    found = by_email(email)
    if found is None:
        raise CommandError("keys: --by names nobody who has an account here")
    return found
