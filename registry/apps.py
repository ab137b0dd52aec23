"""Tells Django about the registry."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The one app of the project."""

    name = "registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
