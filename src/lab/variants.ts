/** This file is the table of variants: the only list of them. */

import type {How, Variant, VariantExpectation} from './variant.js';

const build: How = {kind: 'build'};
const library: How = {kind: 'relink', of: 'shared', as: 'library'};

/** The default: every internal call can be overridden. */
const overridable: VariantExpectation = {interpreter: 'library', mode: 'preemptible'};
const executable: VariantExpectation = {interpreter: 'executable', mode: 'executable'};
/** What GCC's link-time optimizer names itself in debug information. */
const lto = 'GNU GIMPLE';
const nsi = '-fno-semantic-interposition';

export const variants: readonly Variant[] = [
	{
		name: 'shared',
		summary: 'libpython shared, default flags',
		how: build,
		flags: ['shared'],
		expect: overridable,
	},
	{
		name: 'shared-nsi',
		summary: 'shared, without semantic interposition',
		how: build,
		flags: ['shared', 'nsi'],
		expect: {interpreter: 'library', mode: 'no-semantic-interposition', says: [nsi]},
	},
	{
		name: 'shared-lto',
		summary: 'shared, link-time optimization',
		how: build,
		flags: ['shared', 'lto'],
		expect: {...overridable, says: [lto]},
	},
	{
		name: 'shared-nsi-lto',
		summary: 'shared, without semantic interposition, link-time optimization',
		how: build,
		flags: ['shared', 'nsi', 'lto'],
		expect: {interpreter: 'library', mode: 'no-semantic-interposition-lto', says: [lto, nsi]},
	},
	{
		name: 'shared-symbolic-functions',
		summary: 'shared, functions bound when libpython is linked',
		how: library,
		flags: ['shared', 'symbolic-functions'],
		expect: {interpreter: 'library', mode: 'symbolic-functions'},
	},
	{
		name: 'shared-symbolic',
		summary: 'shared, everything bound when libpython is linked',
		how: library,
		flags: ['shared', 'symbolic'],
		expect: {interpreter: 'library', mode: 'symbolic'},
	},
	{
		name: 'shared-now',
		summary: 'shared, resolved when loaded',
		how: library,
		flags: ['shared', 'now'],
		expect: overridable,
	},
	{
		name: 'shared-lld',
		summary: 'shared, linked by lld',
		how: library,
		flags: ['shared', 'lld'],
		expect: {...overridable, says: ['LLD']},
	},
	{
		name: 'shared-mold',
		summary: 'shared, linked by mold',
		how: library,
		flags: ['shared', 'mold'],
		expect: {...overridable, says: ['mold']},
	},
	{
		name: 'shared-no-plt',
		summary: 'shared, calls through the GOT instead of the PLT',
		how: build,
		flags: ['shared', 'no-plt'],
		expect: {...overridable, says: ['-fno-plt']},
	},
	{
		name: 'shared-frame-pointers',
		summary: 'shared, with frame pointers, leaf functions included (PEP 831)',
		how: build,
		flags: ['shared', 'frame-pointers'],
		expect: {...overridable, says: ['-fno-omit-frame-pointer', '-mno-omit-leaf-frame-pointer']},
	},
	{
		name: 'shared-patchable',
		summary: 'shared, each function begins with room for a tracer (-fpatchable-function-entry)',
		how: build,
		flags: ['shared', 'patchable'],
		expect: {...overridable, says: ['-fpatchable-function-entry=5']},
	},
	{
		name: 'shared-ofast',
		summary: 'shared, -Ofast, which leaves semantic interposition out',
		how: build,
		flags: ['shared', 'ofast'],
		expect: {interpreter: 'library', mode: 'no-semantic-interposition', says: ['-Ofast']},
	},
	{
		name: 'shared-optimized',
		summary: '--enable-optimizations: profiled, and without semantic interposition since 3.10',
		how: build,
		flags: ['shared', 'optimizations'],
		expect: {
			interpreter: 'library',
			mode: 'no-semantic-interposition',
			before: {release: '3.10', mode: 'preemptible'},
			says: ['-fprofile-use'],
		},
	},
	{
		name: 'shared-optimized-lto',
		summary: '--enable-optimizations --with-lto, as Fedora, RHEL and the official images ship',
		how: build,
		flags: ['shared', 'optimizations', 'lto'],
		expect: {
			interpreter: 'library',
			mode: 'no-semantic-interposition-lto',
			before: {release: '3.10', mode: 'preemptible'},
			says: [lto, '-fprofile-use'],
		},
	},
	{
		name: 'shared-optimized-lto-si',
		summary: '--enable-optimizations --with-lto, but with semantic interposition',
		how: build,
		flags: ['shared', 'optimizations', 'lto', 'si'],
		expect: {...overridable, says: [lto, '-fprofile-use', ' -fsemantic-interposition']},
	},
	{
		name: 'shared-musl',
		summary: 'shared, on musl',
		how: build,
		flags: ['musl', 'shared'],
		expect: overridable,
	},
	{
		name: 'shared-musl-lto',
		summary: 'shared, on musl, link-time optimization alone, as the official images of Alpine ship',
		how: build,
		flags: ['musl', 'shared', 'lto'],
		expect: {...overridable, says: [lto]},
	},
	{
		name: 'static',
		summary: 'the interpreter in the executable, default flags',
		how: build,
		flags: [],
		expect: executable,
	},
	{
		name: 'static-lto',
		summary: 'the interpreter in the executable, link-time optimization',
		how: build,
		flags: ['lto'],
		expect: {...executable, says: [lto]},
	},
	{
		name: 'static-pic',
		summary: "the interpreter in the executable, of shared's own objects",
		how: {kind: 'relink', of: 'shared', as: 'executable'},
		flags: [],
		expect: executable,
	},
	{
		name: 'static-libpython',
		summary: 'the interpreter in the executable, a bound libpython beside it, as Debian ships',
		how: {kind: 'relink', of: 'shared', as: 'executable-beside-library'},
		flags: ['symbolic-functions'],
		expect: executable,
	},
	{
		name: 'debug',
		summary: 'shared, --with-pydebug',
		how: build,
		flags: ['shared', 'pydebug'],
		expect: overridable,
	},
	{
		name: 'free-threaded',
		summary: 'shared, --disable-gil',
		how: build,
		flags: ['shared', 'free-threading'],
		expect: overridable,
	},
	{
		name: 'shared-clang',
		summary: 'shared, by clang, which inlines but calls through the PLT',
		how: build,
		flags: ['clang', 'shared'],
		expect: {...overridable, says: ['clang version']},
	},
	{
		name: 'shared-clang-thin-lto',
		summary: 'shared, by clang and lld, ThinLTO',
		how: build,
		flags: ['clang', 'shared', 'thin-lto', 'lld'],
		expect: {...overridable, says: ['clang version', 'LLD']},
	},
	{
		name: 'shared-clang-nsi',
		summary: 'shared, by clang, without semantic interposition',
		how: build,
		flags: ['clang', 'shared', 'nsi'],
		expect: {interpreter: 'library', mode: 'no-semantic-interposition', says: ['clang version']},
	},
];

/** What is built where nothing is named: the ways of binding that differ most, in the least time. */
export const basicVariants = ['shared', 'shared-nsi', 'shared-nsi-lto', 'shared-symbolic-functions', 'static'] as const;
