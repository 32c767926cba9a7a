#!/usr/bin/env bash
# This file puts Node and the suite, built for another machine than this one, into a folder, to be run in a root (scripts/in-root.sh).
#
#   scripts/suite-for.sh CPU FOLDER
#
# CPU is x64 or arm64. FOLDER/node is Node as npm has it, FOLDER/suite what packaging/bundle packs: its native part asks for no newer
# libc than any release has. Exit status 2 where that is not to be had.
set -euo pipefail
cd "$(dirname "$0")/.."
cpu=$1 folder=$2

lacks() {
	echo "suite-for: $1" >&2
	exit 2
}

mkdir -p "$folder"
if [ ! -x "$folder/node/bin/node" ]; then
	archive=$(cd "$folder" && npm pack --silent "node-linux-$cpu@20") || lacks "Node for $cpu is not to be had from npm."
	rm -rf "$folder/node"
	mkdir "$folder/node"
	tar -xzf "$folder/$archive" -C "$folder/node" --strip-components=1
	rm -f "$folder/$archive"
fi
npm run --silent build >/dev/null || lacks 'the suite does not build.'
packaging/prebuild "$cpu" >&2
[ -d "prebuilds/linux-$cpu" ] || lacks "there is no compiler for $cpu."
rm -rf "$folder/suite"
mkdir "$folder/suite"
packaging/bundle "$folder" >/dev/null
tar -xzf "$folder"/pyinterpose-*.tar.gz -C "$folder/suite" --strip-components=1
rm -f "$folder"/pyinterpose-*.tar.gz
