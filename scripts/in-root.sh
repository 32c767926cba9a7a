#!/usr/bin/env bash
# This file runs a command in a folder that holds another Debian (scripts/debian-root.sh), be it of another CPU.
#
#   scripts/in-root.sh [--emulator FILE] [--at PLACE=FOLDER]... ROOT [NAME=VALUE]... COMMAND...
#
# FOLDER is seen at PLACE of the root, FILE runs the root's programs. What is mounted, and what the kernel is told of the emulator, is
# known in the command's own namespaces alone and goes with them: no rights are needed, and the system stays as it is. The kernel must let
# users have namespaces, and for an emulator be Linux 6.7 or newer. Exit status: the command's, or 2 where it could not be run.
set -euo pipefail

emulator=
places=()
while [ $# -gt 0 ]; do
	case $1 in
	--emulator) emulator=$(realpath "$2") && shift 2 ;;
	--at) places+=("$2") && shift 2 ;;
	*) break ;;
	esac
done
root=$(realpath "${1:?in-root: name a root}")
shift

# The names are those of the shell that is started.
# shellcheck disable=SC2016
exec unshare --user --map-root-user --mount --pid --fork --kill-child bash -euc '
	root=$1 emulator=$2 count=$3
	shift 3
	lacks() {
		echo "in-root: $1" >&2
		exit 2
	}
	mkdir -p "$root"/{proc,dev,tmp,mnt}
	if [ -n "$emulator" ]; then
		mount -t binfmt_misc none "$root/mnt" 2>/dev/null || lacks "this kernel keeps no emulators for one user namespace (Linux 6.7 does)"
		# An ELF file of 64 bits, little-endian, that is a program or a shared object (2 or 3), for aarch64 (0xb7).
		printf %s ":pyinterpose-aarch64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$emulator:FPC" >"$root/mnt/register"
	fi
	while [ "$count" -gt 0 ]; do
		mkdir -p "$root/${1%%=*}"
		mount --bind "${1#*=}" "$root/${1%%=*}"
		shift
		count=$((count - 1))
	done
	mount -t proc proc "$root/proc"
	mount -t tmpfs tmpfs "$root/dev"
	mkdir "$root/dev/shm"
	for device in null zero full random urandom; do
		: >"$root/dev/$device"
		mount --bind "/dev/$device" "$root/dev/$device"
	done
	ln -s /proc/self/fd "$root/dev/fd"
	exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin:/opt/node/bin HOME=/tmp LC_ALL=C.UTF-8 "$@"
' bash "$root" "$emulator" "${#places[@]}" ${places[@]+"${places[@]}"} "$@"
