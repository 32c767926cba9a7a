#!/usr/bin/env bash
# This file breaks the code in one known way at a time, in a copy, and shows that a test notices: scripts/mutate.sh [PATTERN...]
# runs the mutants whose name or file has one of the patterns in it, all without one. Exit status 1 where one survives.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/Release/reader.so ] || npm ci --silent
npm run --silent build
exec node dist/scripts/mutate/main.js "$@"
