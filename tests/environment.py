"""Gives every way of calling pytest a laptop's settings; loaded before Django by `addopts`."""

import os

os.environ["SAFEZONE_DEBUG"] = "1"
os.environ["SAFEZONE_DEMO"] = "0"
for name in (
    "SECRET_KEY",
    "SAFEZONE_FINGERPRINT_KEYS",
    "ALLOWED_HOSTS",
    "SAFEZONE_SSL_REDIRECT",
    "SAFEZONE_HSTS_SECONDS",
    "SAFEZONE_BEHIND_PROXY",
):
    os.environ.pop(name, None)
