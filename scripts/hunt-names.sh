#!/bin/sh
# This file writes data/hunt/: the functions of libpythons and of the C library, one a line, as readelf reads them.
#
#   scripts/hunt-names.sh LIBPYTHON...
#
# A function that is there already stays: the lists are unions over many builds. What a built-in module exports to be
# imported (PyInit_*) is left out, because an extension of the same name exports it too.
set -eu
export LC_ALL=C

functions() {
	for file in "$@"; do
		readelf -W --dyn-syms "$file"
	done | awk '$7 != "UND" && ($4 == "FUNC" || $4 == "IFUNC") && $5 != "LOCAL" {sub(/@.*/, "", $8); print $8}'
}

data=$(dirname "$0")/../data/hunt
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
functions "$@" | grep -E '^_{0,2}Py' | grep -v '^PyInit_' >"$folder/libpython"
libc=$(dirname "$(ldd /bin/sh | awk '$1 == "libc.so.6" {print $3}')")
functions "$libc"/libc.so.6 "$libc"/libm.so.6 "$libc"/libpthread.so.0 "$libc"/libdl.so.2 "$libc"/librt.so.1 \
	"$libc"/libresolv.so.2 "$libc"/libutil.so.1 | grep -vE '^(_init|_fini)$' >"$folder/libc"
for name in libpython libc; do
	cat "$folder/$name" "$data/$name.txt" 2>/dev/null | sort -u >"$folder/all" || true
	cp "$folder/all" "$data/$name.txt"
done
