#!/usr/bin/env bash
# This file checks every Python that can be had, and writes docs/state-of-builds.md and its data from the reports.
#
#   scripts/state-of-builds.sh [GROUP...]
#
# A GROUP is a Debian release (bullseye bookworm trixie sid), whose packages are unpacked in a folder; arm64, the same by an emulator;
# pyenv (what is in $PYENV_ROOT/versions), lab (what `pyinterpose lab build` has built), musl and free-threaded (of the lab, or the Python
# that $FREE_THREADED names). Without any, all of them. The other groups' rows stay. Roots are kept in the user's cache folder.
# Exit status: 0, or 2 where a group could not be checked: its rows are then left as they were.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2

cache=${XDG_CACHE_HOME:-$HOME/.cache}/pyinterpose
roots=${ROOTS:-$cache/roots}
lab=$cache/lab/builds
failed=0
made=

main() {
	[ $# -gt 0 ] || set -- bullseye bookworm trixie sid arm64 pyenv lab musl free-threaded
	npm run --silent build >/dev/null || exit 2
	local group
	for group in "$@"; do
		echo "== $group" >&2
		case $group in
		bullseye) debian 'Debian 11' bullseye ;;
		bookworm) debian 'Debian 12' bookworm ;;
		trixie) debian 'Debian 13' trixie ;;
		sid) debian 'Debian sid' sid ;;
		arm64) arm64 ;;
		pyenv) here 'pyenv, default flags' "$group" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin/python ;;
		lab) built "$group" 'The lab: CPython by named flags' '^(?!shared-musl|free-threaded)' ;;
		musl) built "$group" 'musl' '^shared-musl' ;;
		free-threaded)
			if [ -n "${FREE_THREADED-}" ]; then
				here 'Free-threaded' "$group" "$FREE_THREADED" && free_threaded "$FREE_THREADED"
			else
				built "$group" 'Free-threaded' '^free-threaded' && free_threaded
			fi
			;;
		*) echo "state-of-builds: there is no group '$group'" >&2 && exit 2 ;;
		esac || { echo "state-of-builds: $group could not be checked" >&2; failed=2; }
	done
	exit "$failed"
}

# built GROUP TITLE PATTERN: the lab's Pythons whose folder has such a name.
built() {
	local python pythons=()
	for python in "$lab"/*/prefix/bin/python[23]*; do
		[[ $python =~ /python[23]\.[0-9]+[a-z]*$ ]] || continue
		if echo "${python#"$lab"/}" | grep -qP "$3"; then pythons+=("$python"); fi
	done
	here "$2" "$1" ${pythons[@]+"${pythons[@]}"}
}

page() {
	node dist/scripts/state-of-builds/main.js "$@"
}

# A report with verdicts that are no honored ones is what this is about: statuses 0, 1 and 3 are none of a failure.
is_report() {
	[ "$1" -le 1 ] || [ "$1" -eq 3 ] || grep -q '"schema"' "$2"
}

debian() {
	local root=$roots/$2 report status=0 targets=()
	scripts/debian-root.sh "$2" amd64 "$root" coreutils libstdc++6 '/^(lib)?python[23][.][0-9]+(-dbg|-nogil|-nopie)?$/' || return
	# Once in a run: what an earlier run has left may be of an earlier version.
	[ -n "$made" ] || scripts/suite-for.sh x64 "$roots/x64" || return
	made=yes
	mapfile -t targets < <(cd "$root" && find usr/bin usr/lib/x86_64-linux-gnu -maxdepth 1 -type f \
		-regextype posix-extended -regex '.*/(python[23]\.[0-9]+(d|t|td|-dbg|-nopie)?|libpython[23]\.[0-9]+_?(d|t|td)?\.so\.1\.0)' | sort | sed 's|^|/|')
	report=$(mktemp)
	scripts/in-root.sh --at "opt/node=$roots/x64/node" --at "opt/pyinterpose=$roots/x64/suite" "$root" \
		node /opt/pyinterpose/dist/pyinterpose.cjs check --json --quiet "${targets[@]}" >"$report" || status=$?
	is_report "$status" "$report" && page add "$1" "scripts/state-of-builds.sh $2" "$root/packages" "$report"
	status=$?
	rm -f "$report"
	[ "$status" -eq 0 ] || return "$status"
	if [ "$2" = sid ]; then
		shown "$1" scripts/sweep-oracle.sh --debian sid python3.15 libpython3.15 \
			/usr/bin/python3.15 /usr/lib/x86_64-linux-gnu/libpython3.15.so.1.0
	fi
}

arm64() {
	local title='Debian 12 for arm64, run by an emulator' out status=0
	out=$(mktemp)
	scripts/arm64.sh "$roots/arm64" >"$out" || status=$?
	if [ "$status" -le 1 ]; then
		page add "$title" 'scripts/state-of-builds.sh arm64' "$roots/arm64/bookworm/packages" "$roots"/arm64/*.json
		page shown "$title" scripts/arm64.sh "$out"
	fi
	rm -f "$out"
	return "$status"
}

# shown TITLE COMMAND...: what a command prints goes below the group's rows.
shown() {
	local title=$1 out status=0
	shift
	out=$(mktemp)
	ROOTS=$roots "$@" >"$out" || status=$?
	page shown "$title" "$*" "$out"
	rm -f "$out"
	return "$status"
}

free_threaded() {
	local out status=0
	out=$(mktemp)
	scripts/free-threaded.sh "$@" >"$out" || status=$?
	page shown 'Free-threaded' scripts/free-threaded.sh "$out"
	rm -f "$out"
	return "$status"
}

# here TITLE GROUP PYTHON...
here() {
	local title=$1 group=$2 report status=0
	shift 2
	if [ ! -e "${1-}" ]; then
		page missing "$title" "scripts/state-of-builds.sh $group" 'Not checked yet: there was no such build where the page was written.'
		return
	fi
	report=$(mktemp)
	node dist/src/cli.js check --json --quiet "$@" >"$report" || status=$?
	is_report "$status" "$report" && page add "$title" "scripts/state-of-builds.sh $group" - "$report"
	status=$?
	rm -f "$report"
	return "$status"
}

main "$@"
