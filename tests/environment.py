"""Gives every way of calling pytest a laptop's settings; loaded before Django by `addopts`."""

import os

os.environ["SAFEZONE_DEBUG"] = "1"
os.environ["SAFEZONE_DEMO"] = "0"
# A test that is about reviews draws them itself; any other must not depend on chance.
os.environ["REVIEW_PERCENT"] = "0"
for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SAFEZONE_SSL_REDIRECT", "SAFEZONE_HSTS_SECONDS", "SAFEZONE_BEHIND_PROXY"):
    os.environ.pop(name, None)
