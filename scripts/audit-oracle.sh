#!/bin/sh
# This file holds what an audit counts to what callgrind counts, for Debian's preload libraries: every function that a library
# overrides, reached and passed by, from n to 2n rounds of a program that calls as many of them as it can.
#
#   scripts/audit-oracle.sh [LIBRARY...]
#
# PYTHON holds the Pythons (paths or names, separated by colons; python3 where there is none). A library that is not installed is
# unpacked in a temporary folder. Exit status: 0 all counts are equal, 1 some are not, 2 something could not be measured.
set -u
cd "$(dirname "$0")/.." || exit 2
npm run --silent build || exit 2
# Here and not before each program: heaptrack takes LD_PRELOAD out of the environment of whatever it is loaded into.
setarch -R true 2>/dev/null && exec setarch -R node dist/scripts/audit-oracle/main.js "$@"
exec node dist/scripts/audit-oracle/main.js "$@"
