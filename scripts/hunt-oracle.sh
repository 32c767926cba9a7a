#!/bin/sh
# This file holds `pyinterpose hunt` to a list that was made by hand of what Debian's packages say of themselves
# (test/hunt/described.txt): it fetches those packages and compares what is found in them.
#
#   scripts/hunt-oracle.sh
#
# Nothing is installed or unpacked. Exit status: 0 as the list says, 1 not so, 2 a package could not be fetched.
set -u
cd "$(dirname "$0")/.." || exit 2
npm run --silent build || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
list=$PWD/test/hunt/described.txt
hunt=$PWD/dist/src/cli.js
cd "$folder" || exit 2
# shellcheck disable=SC2046 # One word for each package.
apt-get download -q $(awk '!/^#/ {print $1}' "$list" | sort -u) >fetched 2>&1 || {
	tail -3 fetched >&2
	exit 2
}
node "$hunt" hunt --quiet --json . >found.json || exit 2
awk '!/^#/ && $2 == "yes" {for (i = 3; i <= NF; i++) print $i}' "$list" | sort -u >expected
python3 - <<'PROGRAM' | sort -u >found
import json
import re

for one in json.load(open("found.json"))["interposers"]:
    print(re.sub(r"[-.][0-9.]*\.so.*|\.so.*", "", one["place"].split("/")[-1]))
PROGRAM
wrong=$(comm -13 expected found)
missed=$(comm -23 expected found)
counts=$(python3 -c 'import json; found = json.load(open("found.json")); print(found["counts"]["objects"], len(found["interposers"]))')
printf 'objects and interposers found: %s\n' "$counts"
printf 'wrong:  %s\n' "$(echo "$wrong" | tr '\n' ' ')"
printf 'missed: %s\n' "$(echo "$missed" | tr '\n' ' ')"
[ -z "$wrong$missed" ]
