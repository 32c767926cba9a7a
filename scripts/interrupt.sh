#!/usr/bin/env bash
# This file interrupts pyinterpose at random times and looks for what it leaves: scripts/interrupt.sh [--runs N] [--seed S]
# [--first INDEX] [--python PYTHON]. Exit status 1 where something is left, with the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e dist/src/cli.js ] || npm run --silent build
exec python3 scripts/interrupt/main.py "$@"
