#!/bin/sh
# This file runs CPython's own regression tests under the sweep and bare, and tells where their results differ.
#
#   scripts/regrtest.sh PYTHON [MODULE...]
#
# PYTHON is a program, or a libpython, which is started by our launcher both times.
# Each module runs in a process of its own, so that one that ends its process costs only itself. A test is compared by its
# outcome (ok, skipped, FAIL, ERROR), a module by its exit status. A difference is looked at three times before it counts:
# some of these tests race with a clock. Exit status: 0 no difference, 1 some, 2 bad usage. JOBS is how many at once (1),
# RUN_OPTIONS more options of `pyinterpose run`: RUN_OPTIONS=--inlined counts the inlined copies, too.
set -u

if [ $# -lt 1 ]; then
	echo "usage: scripts/regrtest.sh PYTHON [MODULE...]" >&2
	exit 2
fi
python=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
cli=$root/dist/src/cli.js
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

if [ $# -eq 0 ]; then
	set -- \
		test_abc test_argparse test_array test_ast test_asyncio test_atexit test_base64 test_binascii test_bisect test_bool \
		test_bytes test_bz2 test_call test_capi test_class test_codecs test_collections test_compile test_complex \
		test_concurrent_futures test_configparser test_contextlib test_copy test_coroutines test_csv test_ctypes test_dataclasses \
		test_datetime test_decimal test_defaultdict test_deque test_descr test_dict test_dis test_enum test_exceptions \
		test_faulthandler test_file test_float test_fork1 test_format test_fractions test_frame test_fstring test_functools \
		test_gc test_generators test_grammar test_hash test_hashlib test_heapq test_import test_inspect test_int test_io \
		test_iter test_itertools test_json test_list test_long test_lzma test_marshal test_math test_memoryview \
		test_metaclass test_mmap test_multiprocessing_fork test_opcodes test_operator test_os test_pickle test_posix test_property \
		test_queue test_random test_range test_re test_richcmp test_sched test_select test_set test_signal test_slice \
		test_socket test_sort test_sqlite3 test_stat test_statistics test_str test_struct test_subprocess test_super test_symtable \
		test_sys test_syntax test_tempfile test_thread test_threading test_threading_local test_time test_traceback test_tuple \
		test_types test_typing test_unicode test_unittest test_userdict test_weakref test_with test_yield_from test_zipfile test_zlib
fi

# As `run` starts it, but for the shims.
bare() {
	case ${python##*/} in
	libpython*.so*)
		PYTHONHOME=${python%%/lib/*} LD_LIBRARY_PATH="$folder/link" timeout 900 "$root/build/Release/launcher" "$@"
		;;
	*) timeout 900 "$python" "$@" ;;
	esac
}
if [ -f "$python" ]; then
	mkdir "$folder/link"
	ln -s "$(realpath "$python")" "$folder/link/pyinterpose-target.so"
fi

# Of the output of one module: a line for each test that ran, and how it ended.
outcomes() {
	sed -nE 's/^(test[^ ]* \([^)]*\)).* \.\.\. (ok|FAIL|ERROR|skipped|expected failure|unexpected success).*/\1 \2/p' "$1" | sort
}

once() {
	module=$1
	base=$folder/$module
	mkdir -p "$base.d"
	(cd "$base.d" && bare -B -m test -v "$module" >"$base.bare" 2>&1 </dev/null)
	echo "status $?" >"$base.bare.outcomes"
	outcomes "$base.bare" >>"$base.bare.outcomes"
	# shellcheck disable=SC2086 # words, or none
	(cd "$base.d" && timeout 900 node "$cli" run ${RUN_OPTIONS:-} --python "$python" --json "$base.json" -- -B -m test -v "$module" >"$base.swept" 2>&1 </dev/null)
	echo "status $?" >"$base.swept.outcomes"
	outcomes "$base.swept" >>"$base.swept.outcomes"
	rm -rf "$base.d"
	cmp -s "$base.bare.outcomes" "$base.swept.outcomes"
}

# Without results there is nothing to be the same: a module that this Python does not have is said to be missing.
compare() {
	left=3
	while [ $left -gt 0 ]; do
		left=$((left - 1))
		if once "$1"; then
			tests=$(($(wc -l <"$folder/$1.bare.outcomes") - 1))
			if [ $tests -eq 0 ] && ! grep -q 'skipped' "$folder/$1.bare"; then
				echo "missing    $1"
			else
				echo "same       $1 ($tests tests, $(sed -n 1p "$folder/$1.bare.outcomes"))"
			fi
			return
		fi
	done
	echo "different  $1"
	diff "$folder/$1.bare.outcomes" "$folder/$1.swept.outcomes" | sed -n 's/^\([<>]\)/           \1/p' | head -20
}

running=0
for module in "$@"; do
	compare "$module" >"$folder/$module.said" &
	running=$((running + 1))
	if [ "$running" -ge "${JOBS:-1}" ]; then
		wait
		running=0
	fi
done
wait
for module in "$@"; do cat "$folder/$module.said"; done >"$folder/said"
cat "$folder/said"
# Of the last look at each module: how many tests ended how.
for way in bare swept; do
	cat "$folder"/*."$way".outcomes | awk -v way="$way" '
		$1 == "status" {if ($2 != 0) bad++; next}
		{ran++; seen[$NF]++}
		END {printf "%s: %d tests, %d FAIL, %d ERROR, %d modules failed\n", way, ran, seen["FAIL"], seen["ERROR"], bad}'
done
echo "$(grep -c '^same' "$folder/said") modules the same, $(grep -c '^different' "$folder/said") different, $(grep -c '^missing' "$folder/said") missing."
! grep -q '^different' "$folder/said"
