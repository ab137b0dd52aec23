"""Tells Django about the registry."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RegistryConfig(AppConfig):
    """The one app of the project."""

    name = "registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the guards of the database through every migration and flush."""
        from registry.guards import after_migrating, before_migrating

        pre_migrate.connect(before_migrating, sender=self, dispatch_uid="guards_out")
        post_migrate.connect(after_migrating, sender=self, dispatch_uid="guards_back")
