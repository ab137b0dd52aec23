#!/bin/sh
# Picks a Python and hands over to bootstrap.py: `tools/bootstrap.sh run` or `tools/bootstrap.sh dev`.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
        exec "$candidate" "$here/bootstrap.py" "$@"
    fi
done
echo "setup: Python 3.11, 3.12, 3.13 or 3.14 is needed and none was found on the PATH; install one (Debian: apt install python3, macOS: python.org or brew install python@3.13) and run this again." >&2
exit 1
