"""Gives every way of calling pytest a laptop's settings; loaded before Django by `addopts`."""

import atexit
import os
import shutil
import tempfile

os.environ["SAFEZONE_DEBUG"] = "1"
os.environ["SAFEZONE_DEMO"] = "0"
# A test that is about reviews draws them itself; any other must not depend on chance.
os.environ["REVIEW_PERCENT"] = "0"
# A laptop's own keys sign nothing of the tests.
os.environ["SAFEZONE_KEYS_DIR"] = os.path.join(tempfile.gettempdir(), f"safezone-test-keys-{os.getpid()}")  # noqa: PTH118
atexit.register(shutil.rmtree, os.environ["SAFEZONE_KEYS_DIR"], ignore_errors=True)
for name in (
    "SECRET_KEY",
    "SAFEZONE_FINGERPRINT_KEYS",
    "SAFEZONE_MASTER_KEYS",
    "ALLOWED_HOSTS",
    "SAFEZONE_SSL_REDIRECT",
    "SAFEZONE_HSTS_SECONDS",
    "SAFEZONE_BEHIND_PROXY",
    "SAFEZONE_LEDGER_KEY",
    "SAFEZONE_LEDGER_ORIGIN",
    "SAFEZONE_WITNESSES",
    "TESTS_NOW",
):
    os.environ.pop(name, None)
