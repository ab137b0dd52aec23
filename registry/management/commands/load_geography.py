"""Loads the geography that ships with the registry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.errors import GeoError
from registry.services import geography


class Command(BaseCommand):
    """Writes counties, towns, crossings and zones, and says how many."""

    help = "Load counties, towns, border crossings and safe zones. Safe to run again."
    # It serves no page: the addresses need not be looked at.
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load everything or nothing."""
        try:
            done = geography.load()
        except GeoError as error:
            raise CommandError(f"geography: {error}") from error
        kept = f" ({done.zones_kept} left as edited here)" if done.zones_kept else ""
        self.stdout.write(
            f"geography: {done.counties} counties, {done.towns} towns, {done.crossings} crossings,"
            f" {done.zones} zones{kept}"
        )
