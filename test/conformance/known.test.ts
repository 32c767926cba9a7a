/** This file holds the Pythons of the machine to what is known of their kinds: a static interpreter, a libpython, default flags. */

import test from 'ava';
import {interpreterFamilies, libcFamilies} from '../../src/model/claim.js';
import {calledByMain} from '../../src/model/lifecycle.js';
import type {TargetReport} from '../../src/model/report.js';
import {type ClaimReport, curatedClaims} from '../../src/model/reported-claims.js';
import {checkPythons} from '../support/check.js';
import {type Missing, machine, needing} from '../support/needs.js';

const {targets} = await checkPythons({kind: 'all'});

interface Kind {
	readonly is: (target: TargetReport) => boolean;
	readonly claims: (claim: ClaimReport) => boolean;
	/** The verdict's kind, and its cause where it has one. */
	readonly expected: string;
}

const holds = test.macro((t, {is, claims, expected}: Kind) => {
	const known = targets.filter(is);
	t.log(known.map(({id}) => id).join(', '));
	for (const target of known) {
		const taken = curatedClaims(target)
			.filter(claims)
			.filter(({verdict}) => verdict.kind !== 'absent');
		t.true(taken.length > 0, target.id);
		const others = taken.filter(({verdict}) => seen(verdict) !== expected);
		t.deepEqual(others, [], target.id);
	}
});

function seen(verdict: ClaimReport['verdict']): string {
	return 'because' in verdict ? `${verdict.kind}: ${verdict.because}` : verdict.kind;
}

/** Whether the machine has a Python of that kind. */
function one(is: Kind['is']): Missing {
	return machine(targets.some(is), 'such a Python');
}

const isStatic = ({interpreter}: TargetReport) => interpreter.linkage === 'static';
const isLibrary = ({executable}: TargetReport) => executable.endsWith('/launcher');
const isDefault = ({binding}: TargetReport) => binding.mode === 'preemptible';
const ofInterpreter = ({family}: ClaimReport) => (interpreterFamilies as readonly string[]).includes(family);
const ofLibc = ({family}: ClaimReport) => (libcFamilies as readonly string[]).includes(family);
const on =
	(...routes: readonly string[]) =>
	({route}: ClaimReport) =>
		routes.includes(route);

needing(one(isStatic))(
	'a static interpreter: extensions and dlsym reach no override of the interpreter, because the executable defines it',
	holds,
	{
		is: isStatic,
		claims: claim => ofInterpreter(claim) && on('extension', 'dlsym')(claim),
		expected: 'bypassed: executable-defines-it',
	},
);
needing(one(target => isStatic(target) && minorOf(target) >= 11))(
	'a static interpreter since 3.11: every libc override is honored',
	holds,
	{
		is: target => isStatic(target) && minorOf(target) >= 11,
		claims: claim => ofLibc(claim) && claim.route !== 'deepbind',
		expected: 'honored',
	},
);
needing(one(() => true))(
	'any interpreter: an extension opened with RTLD_DEEPBIND passes every libc override by',
	holds,
	{
		is: () => true,
		claims: on('deepbind'),
		expected: 'bypassed: deepbind',
	},
);
needing(one(isLibrary))('a libpython through the launcher: extension, dlsym and executable run every override', holds, {
	is: isLibrary,
	// An embedder starts Python by the one or the other of two functions, never by both.
	claims: claim => on('extension', 'dlsym', 'executable')(claim) && !calledByMain.has(claim.symbol),
	expected: 'honored',
});
needing(one(isDefault))('a shared build with default flags: PyErr_Occurred/interpreter is honored', holds, {
	is: isDefault,
	claims: ({id}) => id === 'PyErr_Occurred/interpreter',
	expected: 'honored',
});
needing(one(target => target.python.version.startsWith('3.')))(
	'any interpreter: a changed result takes effect',
	holds,
	{
		is: target => target.python.version.startsWith('3.'),
		claims: ({family}) => family.startsWith('effect-'),
		expected: 'honored',
	},
);

function minorOf({python}: TargetReport): number {
	return python.version.startsWith('3.') ? Number(python.version.split('.')[1]) : 0;
}
