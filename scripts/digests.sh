#!/usr/bin/env bash
# This file checks each Python four times, the first with nothing kept, and holds the four reports to one another: they are the same bytes.
#
#   scripts/digests.sh [TARGET...]
#
# Without targets: all Pythons of the machine. Prints the digests of each. Exit status: 0 one digest each, 1 some Python has several,
# 2 some could not be checked at all.
set -u
cd "$(dirname "$0")/.." || exit 2
npm run --silent build || exit 2
kept=$(mktemp -d) || exit 2
trap 'rm -rf "$kept"' EXIT

if [ $# -eq 0 ]; then
	mapfile -t found < <(node dist/src/start.cjs list --json | node -e '
		const {targets} = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
		for (const {path} of targets) console.log(path);
	')
	set -- "${found[@]}"
fi

# What the last four reports say differently: the functions, and what else is not the same.
differing() {
	# shellcheck disable=SC2016 # JavaScript
	node -e '
		const targets = process.argv.slice(1).map(path => JSON.parse(require("node:fs").readFileSync(path, "utf8")).targets[0]);
		const parts = ({functions, ...rest}) => [...Object.entries(rest), ...functions.map(one => [one.symbol, one])];
		const texts = targets.map(target => new Map(parts(target).map(([name, part]) => [name, JSON.stringify(part)])));
		for (const [name] of texts[0]) {
			const ways = new Set(texts.map(text => text.get(name)));
			if (ways.size > 1) console.log(`  ${name}: ${[...ways].join("\n    or ")}`);
		}
	' "$kept"/[1-4].json
}

status=0
for target; do
	digests=()
	for run in 1 2 3 4; do
		if ! XDG_CACHE_HOME=$kept/cache node dist/src/start.cjs check --json --skip-exit-code "$target" >"$kept/$run.json" 2>"$kept/said"; then
			printf '%s: could not be checked: %s\n' "$target" "$(tail -n 1 "$kept/said")"
			[ "$status" -eq 1 ] || status=2
			continue 2
		fi
		digests+=("$(sha256sum <"$kept/$run.json" | cut -c 1-16)")
	done
	rm -rf "$kept/cache"
	different=$(printf '%s\n' "${digests[@]}" | sort -u | wc -l)
	printf '%s: %s: %s\n' "$target" "$([ "$different" -eq 1 ] && echo 'one digest' || echo "$different digests")" "${digests[*]}"
	[ "$different" -eq 1 ] || {
		status=1
		differing
	}
done
exit "$status"
