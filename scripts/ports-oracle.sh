#!/usr/bin/env bash
# This file compares `inspect` with cross binutils on libraries of other CPUs: calls, jumps and addresses of every exported function.
#
#   scripts/ports-oracle.sh FOLDER
#
# It takes every libpython, libz, libssl, libstdc++, libffi and libc under FOLDER, where packages of other architectures are unpacked
# (`dpkg-deb -x libpython3.11_*_riscv64.deb FOLDER`), and downloads nothing. Exit status: 0 equal, 1 not so, 2 there is nothing to compare.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1-}
if [ ! -d "$folder" ]; then
	echo "Give a folder in which packages of other architectures are unpacked." >&2
	exit 2
fi
npm run --silent build >/dev/null
mapfile -d '' -t libraries < <(find "$folder" -type f -regextype posix-extended \
	-regex '.*/lib(python3\.[0-9]+|z|ssl|stdc\+\+|ffi|c)\.so(\.[0-9]+)*' -print0 | sort -z)
if [ "${#libraries[@]}" -eq 0 ]; then
	echo "$folder has none of the libraries that are compared." >&2
	exit 2
fi
node dist/scripts/ports-oracle/main.js "${libraries[@]}"
