/** This file writes what `doctor` found: one sentence each, what would be ignored first. */

import {
	type DoctorFinding,
	type DoctorKind,
	type DoctorOutcome,
	type DoctorReport,
	doctorOutcomes,
} from '../model/doctor.js';
import {space, type TerminalOptions} from './space.js';
import {hang, wrap} from './text.js';

export function renderDoctor({findings}: DoctorReport, options: TerminalOptions): string {
	const {columns, brush, show, unicode} = space(options);
	const count = (outcome: DoctorOutcome) => findings.filter(finding => finding.outcome === outcome).length;
	const ignored = count('ignored');
	const answer =
		ignored > 0
			? `A preload would be ignored here, in whole or in part: ${ignored} of ${findings.length} trials say so.`
			: count('unknown') > 0
				? 'No trial shows a preload that is ignored; some could not be made.'
				: 'A preload is not ignored here.';
	const lines = doctorOutcomes.flatMap(outcome =>
		findings
			.filter(finding => finding.outcome === outcome)
			.flatMap(finding =>
				hang(show(doctorSentence(finding)), columns, `${unicode ? glyphs[outcome].glyph : glyphs[outcome].ascii} `),
			),
	);
	return `${[...wrap(answer, columns).map(brush.bold), '', ...lines].join('\n')}\n`;
}

const glyphs = {
	ignored: {glyph: '✗', ascii: 'x'},
	unknown: {glyph: '?', ascii: '?'},
	note: {glyph: '·', ascii: '-'},
	fine: {glyph: '✓', ascii: '+'},
} as const satisfies Record<DoctorOutcome, {glyph: string; ascii: string}>;

/** What was found, why, and what to do where a preload would be ignored. */
export function doctorSentence(finding: DoctorFinding): string {
	return sentences[finding.kind](finding);
}

const seenOr = ({seen}: DoctorFinding, otherwise = 'it gives no reason') => seen ?? otherwise;

const sentences: Readonly<Record<DoctorKind, (finding: DoctorFinding) => string>> = {
	reached: ({subject}) => `A preload reaches ${subject}.`,
	'wrapper-drops': ({subject, inside}) =>
		`${subject} is a wrapper that takes LD_PRELOAD away before it starts ${inside}; name that program itself.`,
	'wrapper-keeps': ({subject, inside}) => `${subject} is a wrapper of ${inside} and hands LD_PRELOAD on.`,
	static: ({subject}) => `${subject} is linked statically: no loader runs, so nothing is preloaded.`,
	'other-libc': ({subject, seen}) =>
		`${subject} is started by ${seen}: it has musl's libc, and a library that needs glibc cannot be loaded into it.`,
	'set-user-id': ({subject, seen}) =>
		`${subject} runs with the rights of ${seen}: the loader ignores LD_PRELOAD without a word; preload into a copy without that bit.`,
	secure: ({subject}) =>
		`${subject} runs with raised rights (AT_SECURE: file capabilities, or a security module): the loader ignores LD_PRELOAD without a word.`,
	unreached: ({subject, seen}) =>
		`${subject} started without what LD_PRELOAD named, and the loader ${seen === null ? 'said nothing of it' : `said: ${seen}`}.`,
	mute: ({subject, inside, seen}) =>
		`What becomes of ${inside ?? 'a preload'} in ${subject} could not be found out: ${seen ?? 'it said nothing'}.`,
	deepbind: ({subject, seen}) =>
		`In ${subject} these objects look in themselves before any preload (RTLD_DEEPBIND or DT_SYMBOLIC): ${seen}.`,
	'no-deepbind': ({subject}) => `No object that ${subject} loads at its start looks in itself before a preload.`,
	'library-loaded': ({subject, inside}) => `${subject} is loaded into ${inside}.`,
	'library-missing': ({subject, inside}) =>
		`${subject} is not there: the loader says so in one line on standard error and starts ${inside} without it.`,
	'library-path': ({subject, inside}) =>
		`'${subject}' has a space, a colon or a dollar sign in its path, which the loader takes for the end of it: ${inside} starts without it; use a link without one.`,
	'library-machine': finding => `${finding.subject} is ignored in ${finding.inside}: ${seenOr(finding)}.`,
	'library-no-object': finding => `${finding.subject} is no library that can be loaded: ${seenOr(finding)}.`,
	'library-noexec': ({subject, inside}) =>
		`${subject} lies on a file system that is mounted noexec: the loader cannot map its code, and ${inside} starts without it.`,
	'library-needs': ({subject, inside, seen}) =>
		`${subject} needs ${seen}, which is not found: ${inside} does not start at all with it.`,
	'library-ignored': finding => `${finding.subject} is not loaded into ${finding.inside}: ${seenOr(finding)}.`,
	'system-preload': ({subject, seen}) => `${subject} has the loader put ${seen} into every program, behind LD_PRELOAD.`,
	'no-system-preload': ({subject}) => `${subject} names nothing: only LD_PRELOAD says what is preloaded.`,
	'no-temporary-folder': ({seen}) => `There is no place for a preload's files here: ${seen}`,
	'temporary-folder': ({subject}) => `${subject} is a place from which libraries can be loaded.`,
};
