#!/usr/bin/env bash
# This file checks Pythons and holds each report to itself: no claim is uncalled that the workload called, no two numbers contradict
# each other, nothing is inconclusive; and where gdb is there, what a debug build's probes count is what gdb counts.
#
#   scripts/consistent.sh [--root FOLDER] [TARGET...]
#
# With --root the Pythons are those of another release, unpacked in FOLDER (by debootstrap, say), which has Node, too; that takes the
# rights of the superuser. What is mounted there for it is seen by nobody else and goes with it. Exit status 1 where something is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/Release/reader.so ] || npm ci --silent
npm run --silent build >/dev/null
here=$PWD
if [ "${1-}" != --root ]; then exec node dist/scripts/consistent/main.js "$@"; fi
root=$2
shift 2
# The names are those of the shell that is started.
# shellcheck disable=SC2016
exec unshare -m bash -euc '
	root=$1 here=$2
	shift 2
	mount -t proc proc "$root/proc"
	mount --bind /dev "$root/dev"
	mount -t tmpfs tmpfs "$root/mnt"
	mkdir "$root/mnt/pyinterpose"
	mount --bind "$here" "$root/mnt/pyinterpose"
	exec chroot "$root" env XDG_CACHE_HOME=/mnt/cache node /mnt/pyinterpose/dist/scripts/consistent/main.js "$@"
' bash "$root" "$here" "$@"
