#!/usr/bin/env bash
# This file shows the suite on aarch64: check, explain, the sweep and its entry counters on Debian's arm64 Python, static and shared. On
# another CPU an emulator (qemu-user) runs all of it, Node included; what is counted is held to what the emulator itself saw entered, and
# to what a preloaded library made by hand counts.
#
#   scripts/arm64.sh [FOLDER]
#
# All comes from package registries: Debian's packages, qemu among them, are unpacked in FOLDER (a folder of the user's cache, by default),
# Node comes from npm, and the native part is compiled by the cross compiler (packaging/prebuild). SUITE names the Debian (bookworm). No
# rights are needed, and the system stays as it is. Exit status: 0 all is equal, 1 something is not, 2 something that this takes is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/pyinterpose/arm64}
suite=${SUITE:-bookworm}
machine=$(uname -m)

lacks() {
	echo "arm64: $1" >&2
	exit 2
}

for program in node npm tar unshare; do
	command -v "$program" >/dev/null || lacks "$program is missing; install it."
done
if [ "$machine" = aarch64 ]; then
	command -v g++ >/dev/null || lacks 'g++ is missing; install it.'
else
	for program in aarch64-linux-gnu-g++ aarch64-linux-gnu-gcc; do
		command -v "$program" >/dev/null || lacks "$program is missing; install g++-aarch64-linux-gnu."
	done
fi

mkdir -p "$folder"
folder=$(realpath "$folder")
root=$folder/$suite
echo "== Debian $suite for arm64" >&2
scripts/debian-root.sh "$suite" arm64 "$root" coreutils libstdc++6 '/^(lib)?python3[.][0-9]+$/'
emulator=()
if [ "$machine" != aarch64 ]; then
	scripts/debian-root.sh "${EMULATOR_SUITE:-bookworm}" "$(dpkg --print-architecture)" "$folder/emulator" qemu-user-static
	emulator=(--emulator "$folder/emulator/usr/bin/qemu-aarch64-static")
fi
scripts/in-root.sh "${emulator[@]}" "$root" true || lacks 'a program for aarch64 does not run here.'

echo '== Node and the suite for arm64' >&2
scripts/suite-for.sh arm64 "$folder"

echo '== what it counts' >&2
ROOT=$root NODE=$folder/node SUITE_FOLDER=$folder/suite EMULATOR=${emulator[1]-} exec node dist/scripts/arm64/main.js
