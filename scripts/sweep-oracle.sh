#!/usr/bin/env bash
# This file holds what a sweep counts to what callgrind sees of the same process: every function of a Python, equal to the call.
#
#   scripts/sweep-oracle.sh [--debian SUITE PACKAGE...] TARGET...
#
# With --debian the packages of that release are unpacked in a folder of the user's cache, with valgrind and binutils, and the TARGETs are
# those in it; PACKAGEs end at the first word with a slash. Exit status: 0 all counts are equal, 1 some are not, 2 something is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e dist/scripts/sweep-oracle/main.js ] || npm run --silent build >/dev/null
if [ "${1-}" != --debian ]; then exec node dist/scripts/sweep-oracle/main.js "$@"; fi

suite=$2
shift 2
packages=()
while [ $# -gt 0 ] && [ "${1#/}" = "$1" ]; do
	packages+=("$1")
	shift
done
roots=${ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/pyinterpose/roots}
root=$roots/$suite-oracle
scripts/debian-root.sh "$suite" amd64 "$root" coreutils libstdc++6 binutils valgrind "${packages[@]}"
node=$(dirname "$(dirname "$(realpath "$(command -v node)")")")
exec scripts/in-root.sh --at "opt/node=$node" --at "opt/tree=$PWD" "$root" node /opt/tree/dist/scripts/sweep-oracle/main.js "$@"
