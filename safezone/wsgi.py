"""The door the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safezone.settings")

application = get_wsgi_application()

# After Django is set up.
from django.urls import get_resolver  # noqa: E402

from registry import guards  # noqa: E402

# Whoever starts a server is told at once when the database has lost a guard.
guards.look()
# Every page's code is read before the first call: else that call waits for it, and it may be the one that removes
# somebody.
_ = get_resolver().url_patterns
