#!/usr/bin/env bash
# This file shows a free-threaded Python: which overrides it honors, what a malloc override still sees of it, and its sweep against callgrind.
#
#   scripts/free-threaded.sh [PYTHON]
#
# Without a PYTHON the lab builds one, of the source of Debian's newest release that has it, which takes some minutes.
# Exit status: 0 all counts are equal, 1 some are not, 2 there is no such Python, and none could be built.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e dist/src/cli.js ] || npm ci --silent
suite=${SUITE:-trixie}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/pyinterpose
python=${1-}

if [ -z "$python" ]; then
	scripts/debian-root.sh --source "$suite" python3.13 "$cache/source"
	node dist/src/cli.js lab build --quick --source "$(echo "$cache"/source/*.orig.tar.*)" free-threaded >&2
	python=$(node dist/src/cli.js lab list | sed -nE '/^free-threaded/,$s/^ .*: (\S+)$/\1/p' | sed -n 1p)
fi
[ -x "$python" ] || { echo "free-threaded: there is no Python ${python:-that the lab has built}." >&2; exit 2; }

# All of its objects come from mimalloc, which takes memory from the system in pages: of new blocks that a Python with the GIL asks malloc
# for, being too large for its own allocator, a malloc override sees none.
blocks='import sys; kept = [None] * int(sys.argv[1])
for i in range(len(kept)): kept[i] = bytes(1000)'
mallocs() {
	node dist/src/cli.js run --json "$1" --python "$2" -- -S -c "$blocks" "$3" >/dev/null
	node -p '
		const {functions} = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
		const calls = functions.filter(({symbol}) => ["malloc", "calloc"].includes(symbol)).flatMap(one => one.calls);
		calls.reduce((sum, {honored, bypassed}) => sum + honored + (bypassed ?? NaN), 0)' "$1"
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
seen=()
for one in "$python" python3; do
	grown=$(($(mallocs "$folder/more" "$one" 20000) - $(mallocs "$folder/fewer" "$one" 10000)))
	echo "10,000 more objects of 1,000 bytes make $grown more calls of malloc and calloc on ${one##*/}"
	seen+=("$grown")
done
status=0
scripts/sweep-oracle.sh "$python" || status=$?
# Were it none with the GIL either, nothing would be shown.
[ "${seen[0]}" -lt 100 ] && [ "${seen[1]}" -ge 10000 ] || status=1
exit "$status"
