#!/usr/bin/env python
"""Runs one command of the registry."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safezone.settings")
    if "SECRET_KEY" not in os.environ:
        # A machine nobody has configured is a laptop; the WSGI door has no such default.
        os.environ.setdefault("SAFEZONE_DEBUG", "1")
    execute_from_command_line(sys.argv)
