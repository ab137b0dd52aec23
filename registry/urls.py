"""Every address of the registry: pages at the root, the desk, the API."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("registry.api.urls")),
    path("desk/", include("registry.console.urls")),
    path("", include("registry.phone.urls")),
]
