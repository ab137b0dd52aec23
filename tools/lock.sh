#!/bin/sh
# Rewrites requirements/run.txt and dev.txt from the .in files: one lock for CPython 3.11 to 3.14 on Linux and macOS.
set -eu
cd "$(dirname "$0")/.."
for group in run dev; do
    echo "lock: requirements/$group.in -> requirements/$group.txt"
    .venv/bin/python -m uv pip compile --quiet --no-config --universal --python-version 3.11 \
        --only-binary :all: --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
        "$@" "requirements/$group.in" --output-file "requirements/$group.txt"
done
