#!/bin/sh
# This file holds the table of known tools to the tools themselves: it fetches those that Debian or PyPI has, runs them, and
# compares what each defines or rewrites with its row. Of those that it does not run it says why.
#
#   scripts/who-is-hit.sh [NAME...]
#
# Nothing is installed: packages are unpacked in a temporary folder. PYTHON (python3) must have pip and is what the tools
# run on. Exit status: 0 every row is right, 1 some is not, 2 a tool could not be fetched or run.
set -u
cd "$(dirname "$0")/.." || exit 2
npm run --silent build || exit 2
exec node dist/scripts/who-is-hit/main.js "$@"
