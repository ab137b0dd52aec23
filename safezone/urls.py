"""Every address the server answers."""

from django.urls import include, path

from safezone.health import health, ready

urlpatterns = [
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
    path("", include("registry.urls")),
]
