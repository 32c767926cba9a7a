/** This file is the table of the flags that variants differ in. `lab bisect` takes them apart one by one. */

export interface Flag {
	readonly configure?: readonly string[];
	readonly cflags?: readonly string[];
	readonly ldflags?: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	/** Variables given to `make`. */
	readonly make?: readonly string[];
	/** The first CPython that has it. */
	readonly since?: string;
	/** Extension modules that cannot be built with it. */
	readonly without?: readonly string[];
	/** Programs that it needs on PATH. */
	readonly programs?: readonly string[];
	/** Runs the profile task, so it takes several times as long. */
	readonly slow?: true;
}

/** Modules that stand on libraries from elsewhere. */
const outsideLibraries = ['_bz2', '_lzma', '_dbm', '_gdbm', '_sqlite3', '_ssl', '_hashlib', '_uuid', '_tkinter'];
const curses = ['_curses', '_curses_panel', 'readline', 'nis'];
const nsi = '-fno-semantic-interposition';
const si = '-fsemantic-interposition';

export const flags = {
	shared: {configure: ['--enable-shared']},
	nsi: {cflags: [nsi], ldflags: [nsi]},
	// Since 3.10 configure adds the opposite for --enable-optimizations, after CFLAGS; what make is given comes after that.
	si: {make: [`CFLAGS_NODIST=${si}`, `LDFLAGS_NODIST=${si}`]},
	lto: {configure: ['--with-lto']},
	optimizations: {configure: ['--enable-optimizations'], slow: true},
	'thin-lto': {configure: ['--with-lto=thin'], programs: ['llvm-ar']},
	ofast: {cflags: ['-Ofast']},
	'no-plt': {cflags: ['-fno-plt'], ldflags: ['-fno-plt']},
	// PEP 831: a profiler walks the stack by them.
	'frame-pointers': {cflags: ['-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer']},
	// The room that uftrace asks for, enough for a near jump.
	patchable: {cflags: ['-fpatchable-function-entry=5']},
	pydebug: {configure: ['--with-pydebug']},
	'free-threading': {configure: ['--disable-gil'], since: '3.13'},
	clang: {env: {CC: 'clang', CXX: 'clang++'}, programs: ['clang']},
	// musl-gcc sees musl's headers alone: none of libffi, of zlib or of whatever else Debian builds for glibc.
	musl: {
		env: {CC: 'musl-gcc'},
		without: ['_ctypes', '_ctypes_test', 'zlib', ...outsideLibraries, ...curses],
		programs: ['musl-gcc'],
	},
	'symbolic-functions': {ldflags: ['-Wl,-Bsymbolic-functions']},
	symbolic: {ldflags: ['-Wl,-Bsymbolic']},
	now: {ldflags: ['-Wl,-z,now']},
	lld: {ldflags: ['-fuse-ld=lld'], programs: ['ld.lld']},
	mold: {ldflags: ['-fuse-ld=mold'], programs: ['mold']},
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof flags;

export function flagNamed(name: FlagName): Flag {
	return flags[name];
}
