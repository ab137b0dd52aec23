"""The door the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safezone.settings")

application = get_wsgi_application()

# After Django is set up: whoever starts a server is told at once when the database has lost a guard.
from registry import guards  # noqa: E402

guards.look()
