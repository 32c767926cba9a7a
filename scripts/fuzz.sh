#!/usr/bin/env bash
# This file gives every reader of untrusted bytes broken input: scripts/fuzz.sh [--cases N] [--seed S] [--reader NAME] [--first INDEX].
# Exit status 1 where one crashes, hangs or takes too much, with the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e dist/scripts/fuzz/main.js ] || npm run --silent build
exec node dist/scripts/fuzz/main.js "$@"
