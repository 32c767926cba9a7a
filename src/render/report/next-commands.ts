/** This file names the commands that show more of one build, ready to be pasted. */

import type {TargetReport} from '../../model/report.js';
import {counted} from '../numbers.js';
import {shellWord} from '../shell-word.js';

/** The evidence for the function that loses most, all of it, and what to do for a library or a CI of one's own; the most useful first. */
export function nextCommands(target: TargetReport): readonly string[] {
	const word = targetWord(target);
	if (word.includes(inPackage)) return commandsForPackage(word);
	const name = shellWord(word);
	const worst = mostLost(target, true) ?? mostLost(target, false);
	const notes = target.findings.length === 0 ? '' : `, ${counted(target.findings.length, 'note')}`;
	const keep = `pyinterpose contract init ${name} --file interpose.toml  # hold it in CI`;
	const own = 'pyinterpose help audit  # does your own preload library work there?';
	if (worst === null) return [keep, own];
	return [
		`pyinterpose explain ${shellWord(worst)} ${name}`,
		`pyinterpose check --details ${name}  # every function${notes}`,
		own,
		keep,
	];
}

/** What stands between a package and a file in it, which is gone after the run. */
const inPackage = '!/';

function commandsForPackage(word: string): readonly string[] {
	const path = shellWord(word.slice(0, word.indexOf(inPackage)));
	return [
		`pyinterpose inspect --symbols ${path}  # every reference`,
		'pyinterpose help audit  # does your own preload library work there?',
	];
}

/** What names the build on a command line: a libpython by itself, for our launcher is no Python that anybody has. */
function targetWord({executable, interpreter}: TargetReport): string {
	return /\/launcher$/.test(executable) ? interpreter.path : executable;
}

/** A function that people know says more than one that happens to be called more. */
function mostLost({functions}: TargetReport, curated: boolean): string | null {
	let worst: {readonly symbol: string; readonly calls: number} | null = null;
	for (const {symbol, family, calls} of functions) {
		if ((family !== null) !== curated || family?.startsWith('effect-') === true) continue;
		const lost = calls
			.filter(({caller, verdict}) => caller !== 'deepbind' && verdict.kind === 'bypassed')
			.reduce((sum, {bypassed}) => sum + (bypassed ?? 1), 0);
		if (lost > (worst?.calls ?? 0)) worst = {symbol, calls: lost};
	}
	return worst?.symbol ?? null;
}
