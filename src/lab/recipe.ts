/** This file turns flags into the command lines of a build. Pure: a recipe's digest names the build in the cache. */

import {createHash} from 'node:crypto';
import {SuiteError} from '../errors.js';
import {type Flag, type FlagName, flagNamed} from './flags.js';
import {isBefore} from './release.js';

export interface Recipe {
	/** The arguments of `configure` that do not depend on where the build lies. */
	readonly configure: readonly string[];
	readonly cflags: readonly string[];
	readonly ldflags: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** Variables given to `make`. */
	readonly make: readonly string[];
	/** Text of Modules/Setup.local. */
	readonly setup: string;
	readonly programs: readonly string[];
	readonly slow: boolean;
}

export interface RecipeRequest {
	/** Who asks, for messages: a variant's name. */
	readonly name: string;
	readonly flags: readonly FlagName[];
	readonly version: string;
	readonly quick: boolean;
	/** What `configure --help` of the source prints. */
	readonly help: string;
}

/** Errors: SuiteError where this CPython is too old for a flag. */
export function recipeOf({name, flags, version, quick, help}: RecipeRequest): Recipe {
	const rows = flags.map((flag): Flag => flagNamed(flag));
	for (const [index, row] of rows.entries()) {
		mustKnow(row, {name, flag: flags[index] ?? '', version, help});
	}
	const slow = rows.some(row => row.slow === true);
	return {
		configure: [...rows.flatMap(row => row.configure ?? []), ...small(quick).filter(option => knows(help, option))],
		cflags: rows.flatMap(row => row.cflags ?? []),
		ldflags: rows.flatMap(row => row.ldflags ?? []),
		env: Object.assign({}, ...rows.map(row => row.env ?? {})),
		make: [...(quick && slow ? [`PROFILE_TASK=${shortProfileTask}`] : []), ...rows.flatMap(row => row.make ?? [])],
		setup: setupOf([...(quick ? unneeded : []), ...rows.flatMap(row => row.without ?? [])]),
		programs: [...new Set(rows.flatMap(row => row.programs ?? []))],
		slow,
	};
}

function setupOf(disabled: readonly string[]): string {
	return disabled.length === 0 ? '' : `*disabled*\n${[...new Set(disabled)].join(' ')}\n`;
}

/** Names the build in the cache, together with where it comes from. */
export function digestOf(recipe: Recipe, origin: readonly string[]): string {
	return createHash('sha256')
		.update(JSON.stringify([layoutVersion, origin, recipe]))
		.digest('hex')
		.slice(0, 12);
}

/** Raised when builds of an older layout are of no use any more. */
const layoutVersion = 1;

function small(quick: boolean): string[] {
	const always = ['--with-ensurepip=no'];
	return quick ? [...always, '--disable-test-modules'] : always;
}

/** Some thirty files of CPython's own profile task: a minute instead of ten. */
const shortProfileTask =
	'-m test --pgo test_array test_base64 test_binascii test_bisect test_bytes test_complex test_dataclasses ' +
	'test_difflib test_embed test_float test_fstring test_functools test_generators test_heapq test_int test_itertools ' +
	'test_json test_long test_math test_operator test_ordered_dict test_pickle test_pprint test_re test_set test_statistics ' +
	'test_str test_struct test_tabnanny';

/** Extension modules that no probe and no workload imports, and that take long to compile. */
const unneeded = [
	...['_bz2', '_lzma', '_dbm', '_gdbm', '_sqlite3', '_ssl', '_hashlib', '_crypt', '_uuid', 'nis', 'ossaudiodev'],
	...['_codecs_cn', '_codecs_hk', '_codecs_iso2022', '_codecs_jp', '_codecs_kr', '_codecs_tw', '_multibytecodec'],
	...['_curses', '_curses_panel', '_tkinter', 'readline', 'termios', 'syslog', 'spwd', 'audioop', '_lsprof'],
	...['_decimal', '_multiprocessing', '_posixshmem', 'pyexpat', '_elementtree', '_zoneinfo', '_interpreters'],
];

function mustKnow(
	{configure = [], since}: Flag,
	{name, flag, version, help}: {name: string; flag: string; version: string; help: string},
): void {
	const missing = configure.find(option => !knows(help, option));
	const tooOld = since !== undefined && isBefore(version, since);
	if (missing === undefined && !tooOld) return;
	const from = since === undefined ? '' : `; CPython ${since} is the first that has it`;
	throw new SuiteError(`${name} cannot be built from CPython ${version}: no ${missing ?? flag}${from}.`, {
		hint: 'Give the source of a newer CPython, or leave the variant out.',
	});
}

/** Whether configure lists an option, as `--enable-…` or `--disable-…`, as `--with-…` or `--without-…`. */
function knows(help: string, option: string): boolean {
	const [, kind = '', name = ''] = /^--(enable|disable|with|without)-([\w-]+)/.exec(option) ?? [];
	const forms = kind === 'enable' || kind === 'disable' ? 'enable|disable' : 'with|without';
	return new RegExp(`--(?:${forms})-${name}(?![\\w-])`).test(help);
}
