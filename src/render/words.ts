/** This file holds the words of every report: one place says what a verdict, a cause and a binding mode mean. */

import type {BindingMode} from '../model/binding.js';
import type {Route} from '../model/claim.js';
import type {ChangeKind} from '../model/comparison.js';
import type {Cause, Verdict, VerdictKind} from '../model/verdict.js';
import {counted, grouped, percent} from './numbers.js';

export interface VerdictWords {
	readonly glyph: string;
	/** For terminals that show ASCII only. */
	readonly ascii: string;
	/** Finishes "an override of this is …". */
	readonly meaning: string;
}

export const verdictWords = {
	honored: {glyph: '✓', ascii: '+', meaning: 'every call ran the override'},
	partial: {glyph: '◐', ascii: '~', meaning: 'some calls ran the override'},
	bypassed: {glyph: '✗', ascii: 'x', meaning: 'no call ran the override'},
	uncalled: {glyph: '○', ascii: 'o', meaning: 'no such call was made'},
	absent: {glyph: '–', ascii: '-', meaning: 'this build has no such symbol'},
	inconclusive: {glyph: '?', ascii: '?', meaning: 'could not find out'},
} as const satisfies Record<VerdictKind, VerdictWords>;

/** The glyph, or what stands in for it on a terminal without Unicode. */
export function verdictGlyph(kind: VerdictKind, unicode: boolean): string {
	return verdictWords[kind][unicode ? 'glyph' : 'ascii'];
}

/** Each finishes "a call passes the override by because …". */
export const causeWords = {
	'executable-defines-it': 'the executable defines the symbol itself and binds its own calls',
	'same-unit': 'the compiler bound the call within its translation unit (-fno-semantic-interposition)',
	'other-object-defines-it': 'another object that stands before the override defines the symbol',
	lto: 'link-time optimisation bound the call (-flto with -fno-semantic-interposition)',
	'symbolic-functions': 'the linker bound the call (-Wl,-Bsymbolic-functions)',
	symbolic: 'the linker bound every symbol of the library to itself (-Wl,-Bsymbolic)',
	protected: 'the symbol has protected visibility (-fvisibility=protected)',
	'handed-out-address': 'the caller has the address from the interpreter itself, as from a type slot',
	handle: 'the caller has the address from dlsym on a handle, which looks in that library first',
	version: 'the caller asks for another version of the symbol',
	deepbind: 'the calling library was opened with RTLD_DEEPBIND and looks in itself and its own dependencies first',
	'preload-dropped': 'LD_PRELOAD does not survive the way to the Python: a wrapper or the program itself takes it away',
	unknown: 'the evidence does not show why',
} as const satisfies Record<Cause, string>;

/** The same in few words, where many stand in one sentence; each finishes "calls …". */
export const briefCauses = {
	'executable-defines-it': 'bound because the executable defines the symbol',
	'same-unit': 'bound by the compiler',
	'other-object-defines-it': 'bound to another object that defines the symbol',
	lto: 'bound by LTO',
	'symbolic-functions': 'bound by -Bsymbolic-functions',
	symbolic: 'bound by -Bsymbolic',
	protected: 'bound by protected visibility',
	'handed-out-address': 'made through addresses that the interpreter hands out',
	handle: 'made through addresses from dlsym on a handle',
	version: 'for another version of the symbol',
	deepbind: 'looked up in the library itself first',
	'preload-dropped': 'made where LD_PRELOAD was dropped',
	unknown: 'bound for an unknown reason',
} as const satisfies Record<Cause, string>;

/** The same in a cell of a table, beside "0 of 12". */
export const shortCauses = {
	'executable-defines-it': 'the executable defines them',
	'same-unit': 'bound by the compiler',
	'other-object-defines-it': 'another object defines them',
	lto: 'bound by LTO',
	'symbolic-functions': '-Bsymbolic-functions',
	symbolic: '-Bsymbolic',
	protected: 'protected visibility',
	'handed-out-address': 'handed-out addresses',
	handle: 'dlsym on a handle',
	version: 'another version',
	deepbind: 'RTLD_DEEPBIND',
	'preload-dropped': 'LD_PRELOAD is dropped',
	unknown: 'cause unknown',
} as const satisfies Record<Cause, string>;

/** What gives the overrides back, as an imperative; null where no build can. */
export const remedies = {
	'executable-defines-it': 'build with --enable-shared',
	'same-unit': 'build without -fno-semantic-interposition',
	'other-object-defines-it': 'start without the object that defines them first, or preload the override before it',
	lto: 'build without -fno-semantic-interposition; LTO alone binds nothing',
	'symbolic-functions': 'link without -Wl,-Bsymbolic-functions',
	symbolic: 'link without -Wl,-Bsymbolic',
	protected: 'build with -fvisibility=default',
	'handed-out-address': null,
	handle: null,
	version: 'give the override the version that the caller asks for',
	deepbind: null,
	'preload-dropped': 'start the Python itself, without what takes LD_PRELOAD away',
	unknown: null,
} as const satisfies Record<Cause, string | null>;

/** Each finishes "the interpreter is …". */
export const bindingWords = {
	preemptible: 'overridable throughout',
	'no-semantic-interposition': 'built with -fno-semantic-interposition',
	'no-semantic-interposition-lto': 'built with -fno-semantic-interposition and link-time optimisation',
	'symbolic-functions': 'linked with -Bsymbolic-functions',
	symbolic: 'linked with -Bsymbolic',
	protected: 'built with protected visibility',
	executable: 'the executable itself',
	mixed: 'bound in part, in no way that this tool has a name for',
} as const satisfies Record<BindingMode, string>;

/** Each finishes "calls …". */
export const routeWords = {
	interpreter: 'from inside the interpreter',
	table: 'through an address that the interpreter keeps in a table',
	executable: 'from the executable',
	extension: 'from an extension module',
	deepbind: 'from an extension module opened with RTLD_DEEPBIND',
	library: 'from another library',
	dlsym: 'through an address that dlsym gave',
} as const satisfies Record<Route, string>;

/** Who makes a call, as `explain` tells it. */
export const callerMeanings = {
	interpreter:
		'Calls that the interpreter makes of its own or of libc\u2019s functions: from libpython, or from the executable where that holds the interpreter.',
	table: 'Calls that the interpreter makes through an address that it keeps in a table, such as a type slot.',
	executable:
		'Calls from the executable, where that is another object than the interpreter: python itself, or a program that embeds Python.',
	extension: 'Calls from an extension module, such as _json or a module from a wheel.',
	deepbind:
		'Calls from an extension module that was opened with RTLD_DEEPBIND, which passes every override by on every build.',
	library: 'Calls from another shared library in the process.',
	dlsym: 'Calls through an address that dlsym(RTLD_DEFAULT) gave, as ctypes.pythonapi makes them.',
} as const satisfies Record<Route, string>;

/** What was seen of one claim, as one sentence without a full stop. */
export function verdictSentence(verdict: Verdict): string {
	switch (verdict.kind) {
		case 'honored':
			return verdict.calls === 1
				? 'the one call ran the override'
				: `all ${grouped(verdict.calls)} calls ran the override`;
		case 'partial': {
			const made = verdict.calls + verdict.bypassed;
			const share = percent(verdict.calls, made);
			if (verdict.bypassed === 0) {
				return `all ${counted(made, 'call')} ran the override, and ${counted(verdict.bound, 'reference')} cannot: ${causeWords[verdict.because]}`;
			}
			return `${grouped(verdict.calls)} of ${counted(made, 'call')} (${share}) ran the override; for the others, ${causeWords[verdict.because]}`;
		}
		case 'bypassed': {
			return `${bypassedCalls(verdict.bypassed)}: ${causeWords[verdict.because]}`;
		}
		case 'uncalled':
			return uncalledSentence(verdict);
		case 'absent':
			return verdictWords.absent.meaning;
		case 'inconclusive':
			return `could not find out: ${verdict.because}`;
	}
}

function uncalledSentence({references, 'would-be': wouldBe}: Verdict & {kind: 'uncalled'}): string {
	if (wouldBe === null) return 'this build makes no such call';
	const places = references === 1 ? 'the one place' : `${grouped(references)} places`;
	return `no such call was made; by ${places} that could make it, it would be ${wouldBe}`;
}

function bypassedCalls(count: number | null): string {
	if (count === 1) return 'the one call did not run the override';
	return `${count === null ? 'no call' : `none of ${grouped(count)} calls`} ran the override`;
}

/** The number that a cell shows beside its glyph: calls, or the share of a partial verdict. */
export function verdictNumber(verdict: Verdict, write: (count: number) => string = grouped): string {
	switch (verdict.kind) {
		case 'honored':
			return write(verdict.calls);
		case 'partial':
			return verdict.bypassed === 0
				? `${grouped(verdict.bound)} bound`
				: percent(verdict.calls, verdict.calls + verdict.bypassed);
		case 'bypassed':
			return verdict.bypassed === null ? '' : write(verdict.bypassed);
		case 'uncalled':
		case 'absent':
		case 'inconclusive':
			return '';
	}
}

export const numbersMean = 'Numbers are calls; for a partial verdict, the share of calls that ran the override.';
export const scopesMean =
	'inside: interpreter and table; outside: exec, ext, library and dlsym, as far as a build has them.';

/** Titles of the sections of a comparison. */
export const changeWords = {
	lost: 'Lost',
	'share-fell': 'Fewer calls reach the override',
	'newly-absent': 'No longer exported',
	'newly-uncalled': 'No longer called',
	'newly-inconclusive': 'No longer known',
	'no-longer-tested': 'No longer tested',
	gained: 'Gained',
	'share-rose': 'More calls reach the override',
	'newly-called': 'Newly called',
	'newly-present': 'Newly exported',
	'newly-known': 'Newly known',
	'newly-tested': 'Newly tested',
	'cause-changed': 'Bypassed for another reason',
} as const satisfies Record<ChangeKind, string>;
