#!/usr/bin/env bash
# This file unpacks packages of a Debian release, of any architecture, with all that they depend on, into a folder to run programs in.
#
#   scripts/debian-root.sh SUITE ARCHITECTURE FOLDER PACKAGE...
#   scripts/debian-root.sh --source SUITE PACKAGE FOLDER     the sources of one package, not unpacked
#
# A PACKAGE with a slash before and behind it (/^python3/) stands for all whose names match. Nothing of the packages runs here and no rights
# are needed: they are downloaded by apt, through lists of the folder's own, from where the system has its own packages, and unpacked.
# FOLDER/packages says which versions they are. A folder that has what is asked for stays as it is. Exit status 2 where that is not to be had.
set -euo pipefail

[ $# -ge 4 ] || { sed -n '4,5p' "$0" | cut -c3- >&2; exit 2; }
source=
if [ "$1" = --source ]; then
	source=$3
	set -- "$2" source "$4" "$3"
fi
suite=$1 architecture=$2 folder=$3
shift 3
asked="$suite $architecture $*"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

lacks() {
	echo "debian-root: $1" >&2
	exit 2
}

for program in apt-get dpkg-deb tar; do
	command -v "$program" >/dev/null || lacks "$program is missing; this needs a Debian, or one of its children."
done
[ -e "$keyring" ] || lacks "$keyring is missing; install debian-archive-keyring."
if [ "$(cat "$folder/asked" 2>/dev/null)" = "$asked" ]; then exit 0; fi

rm -rf "$folder" "$folder.apt"
mkdir -p "$folder.apt"/{lists,cache/archives}/partial "$folder"/usr/{bin,sbin,lib,lib64} "$folder"/{tmp,opt,etc}
apt=$(realpath "$folder.apt")
trap 'rm -rf "$apt"' EXIT
trap 'exit 130' INT TERM

# The fields are apt's own.
# shellcheck disable=SC2016
from=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | sed -n 1p)
[ -n "$from" ] || lacks 'apt knows no archive of Debian here; run apt-get update once.'
kind=${source:+deb-src}
echo "${kind:-deb} [signed-by=$keyring] $from $suite main" >"$apt/sources.list"
if [ -n "$source" ]; then architecture=$(dpkg --print-architecture); fi
: >"$apt/status"
cat >"$apt/apt.conf" <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Debug::NoLocking "true";
END
export APT_CONFIG=$apt/apt.conf
apt-get update -qq >"$apt/log" 2>&1 || lacks "$(sed -n '/^[EW]:/{p;q}' "$apt/log")"

if [ -n "$source" ]; then
	rm -rf "$folder"
	mkdir "$folder"
	(cd "$folder" && apt-get source -qq --download-only "$source") >"$apt/log" 2>&1 || lacks "$(sed -n '/^E:/{p;q}' "$apt/log")"
	rm -f "$folder"/*.asc
	echo "$asked" >"$folder/asked"
	exit
fi
packages=()
for package in "$@"; do
	case $package in
	/*/)
		package=${package#/}
		mapfile -t -O "${#packages[@]}" packages < <(apt-cache pkgnames | grep -E "${package%/}" | sort)
		;;
	*) packages+=("$package") ;;
	esac
done
# What every program takes for granted; a name that another package only mentions is not to be had.
offered=(libc6 base-files)
for package in "${packages[@]}"; do
	candidate=$(apt-cache policy "$package" | sed -n 's/^  Candidate: //p')
	case $candidate in '' | '('*) ;; *) offered+=("$package") ;; esac
done
apt-get install -qq -y --download-only "${offered[@]}" >"$apt/log" 2>&1 || lacks "$(sed -n '/^E:/{p;q}' "$apt/log")"

# One tree, as every release since Debian 12 has it: files of packages that say /lib lie in /usr/lib.
for place in bin sbin lib lib64; do ln -s "usr/$place" "$folder/$place"; done
for file in "$apt"/cache/archives/*.deb; do
	dpkg-deb --fsys-tarfile "$file" | tar -C "$folder" -x --keep-directory-symlink --no-same-owner --exclude='./dev/*' -f - 2>/dev/null ||
		lacks "$(basename "$file") cannot be unpacked."
	# shellcheck disable=SC2016
	dpkg-deb --show --showformat '${Package} ${Version}\n' "$file"
done | sort >"$folder/packages"
echo "$asked" >"$folder/asked"
