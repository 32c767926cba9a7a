/** This file holds a watched run to its controls: without them nothing that was counted is believed. */

import {basename} from 'node:path';
import type {Finding} from '../../model/report.js';
import {endingInWords, finalLine, succeeded, withFinalLine} from '../../process/ending.js';
import {type AuditPlan, canary} from './plan.js';
import type {AuditRequest} from './request.js';
import {type LoaderRun, runBare, runLoaded, type WatchedRun} from './run.js';
import {sameEnding} from './watch.js';

/** Why nothing could be found out; null where it could. */
export function whyNothing(
	{program, libraries}: AuditRequest,
	told: LoaderRun,
	{result, ledger}: WatchedRun,
	{slots}: AuditPlan,
): string | null {
	if (!succeeded(result.exit) && endingInWords(told.result.exit) !== endingInWords(result.exit)) {
		return `the program ${endingInWords(result.exit)} while it is watched, and ${endingInWords(told.result.exit)} otherwise`;
	}
	if (!ledger.ready) {
		return result.exit.kind === 'not-started'
			? `the program ${endingInWords(result.exit)}`
			: `the loader did not load what watches the library: the program ${endingInWords(result.exit)}${said(result.stderr)}`;
	}
	const loaded = new Set(ledger.objects.filter(({startup}) => startup).map(({path}) => path));
	const gone = libraries.find(path => !loaded.has(path));
	if (gone !== undefined) return `the loader did not preload ${gone}${said(result.stderr)}`;
	if (!slots.some(({names}) => names.includes(canary))) return 'no libc was found whose start could be watched';
	const control = ledger.sites.filter(({slot}) => slots[slot]?.names.includes(canary) === true);
	const starts = control.reduce((sum, {calls}) => sum + calls, 0);
	if (starts !== 1)
		return `the control was counted ${starts} times instead of once, in ${basename(program.executable)}`;
	if (ledger.lost > 0) return `${ledger.lost} calls were made from more call sites than there was room for`;
	return null;
}

function said(stderr: string): string {
	const line = stderr.split('\n').find(one => one.includes('ld.so')) ?? finalLine(stderr);
	return line === '' ? '' : ` (${line.trim()})`;
}

/** Where it ends badly without the libraries, too, they have not broken it. */
export async function whyBroken(request: AuditRequest, {result}: LoaderRun): Promise<string | null> {
	if (succeeded(result.exit) || request.program.wrapped) return null;
	const bare = await runBare(request.program, request);
	return succeeded(bare.exit) ? `${endingInWords(result.exit)}${said(result.stderr)}` : null;
}

export async function auditFindings(
	request: AuditRequest,
	told: LoaderRun,
	watched: WatchedRun,
): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	const {exit, stderr} = watched.result;
	if (!succeeded(exit)) {
		findings.push({
			kind: 'program-ended',
			message: `The program ${withFinalLine(endingInWords(exit), stderr)}; what ran until then is counted.`,
		});
	}
	if (told.result.stdout !== watched.result.stdout || !sameEnding(told, watched)) {
		// What the loader tells of is asked for by the environment, which a program may count in.
		const [plain, again] = [await runLoaded(request.program, request), await runLoaded(request.program, request)];
		const varies = plain.stdout !== again.stdout;
		if (varies || plain.stdout !== watched.result.stdout || !sameEnding({...told, result: plain}, watched))
			findings.push({
				kind: varies ? 'output-varies' : 'output-differs',
				message: varies
					? 'The program prints something else every time, so its output with and without us could not be compared.'
					: 'The program prints something else while it is watched: what is counted may not be what happens without us.',
			});
	}
	if (told.bindings === null) {
		findings.push({kind: 'loader-silent', message: 'The loader did not tell what it bound (LD_DEBUG).'});
	}
	const more = Math.max(watched.ledger.others, told.others);
	if (more > 0) {
		findings.push({
			kind: 'other-processes',
			message: `${more} more ${more === 1 ? 'process' : 'processes'} ran the same program; the first alone is counted.`,
		});
	}
	return findings;
}
