/** This file is `pyinterpose lab bisect`: which flag, or pair of flags, flips a claim between two variants. */

import {SuiteError, UsageError} from '../../errors.js';
import {bisect} from '../../lab/bisect.js';
import {build} from '../../lab/build.js';
import type {FlagName} from '../../lab/flags.js';
import type {Lab} from '../../lab/lab.js';
import {makeVariant, variantNamed} from '../../lab/make-variant.js';
import type {Source} from '../../lab/source.js';
import {variants} from '../../lab/variants.js';
import {routes} from '../../model/claim.js';
import {reportedClaims} from '../../model/reported-claims.js';
import type {VerdictKind} from '../../model/verdict.js';
import {checkTargets} from '../../pipeline.js';
import {renderBisection} from '../../render/lab/bisection.js';
import {type ExitStatus, exitStatus, type Invocation, type Io} from '../command.js';
import {sourceOf, withLab} from './setting.js';

export function runBisect(invocation: Invocation): Promise<ExitStatus> {
	const {positionals, options, io} = invocation;
	const [goodName, badName] = positionals;
	const claim = options.text('claim');
	if (goodName === undefined || badName === undefined || positionals.length > 2 || claim === undefined) {
		throw new UsageError('lab bisect needs --claim CLAIM and two variants, the good one first.', {
			hint: "Such as 'pyinterpose lab bisect --claim PyErr_Occurred/interpreter shared shared-nsi-lto'.",
		});
	}
	const place = placeOf(claim);
	const good = variantNamed(goodName);
	const bad = variantNamed(badName);
	return withLab(invocation, async lab => {
		const source = await sourceOf(invocation, lab);
		const found = await bisect({
			claim,
			good,
			bad,
			verdictOf: async flags => verdictOn(await pythonWith(flags, source, lab), place, {lab, io}),
		});
		io.stdout.write(
			options.flag('json') ? `${JSON.stringify({schema: 1, ...found}, null, '\t')}\n` : renderBisection(found),
		);
		return exitStatus.asExpected;
	});
}

interface Place {
	readonly claim: string;
	readonly symbol: string;
	readonly route: string;
}

function placeOf(claim: string): Place {
	const [symbol = '', route = ''] = claim.split('/');
	if (!(routes as readonly string[]).includes(route)) {
		throw new UsageError(`'${claim}' is no claim: it has no route.`, {
			hint: 'A claim is a symbol and a route: PyErr_Occurred/interpreter.',
		});
	}
	return {claim, symbol, route};
}

/** A variant's own build where one has exactly these flags. */
async function pythonWith(flags: readonly FlagName[], source: Source, lab: Lab): Promise<string> {
	const variant = variants.find(one => sameFlags(one.flags, flags));
	if (variant !== undefined) return (await makeVariant(variant, source, lab)).python;
	const name = flags.length === 0 ? 'no-flags' : [...flags].sort().join('+');
	return (await build({name, flags, source, keepObjects: false}, lab)).python;
}

function sameFlags(one: readonly FlagName[], other: readonly FlagName[]): boolean {
	return one.length === other.length && one.every(flag => other.includes(flag));
}

async function verdictOn(
	python: string,
	{claim, symbol, route}: Place,
	{lab, io}: {lab: Lab; io: Io},
): Promise<VerdictKind> {
	const {targets, failures} = await checkTargets({
		wanted: {kind: 'named', names: [python]},
		selection: {symbols: [symbol], routes: [route]},
		sweep: false,
		timeoutSeconds: 120,
		jobs: 1,
		env: io.env,
		signal: io.signal,
		progress: lab.tell.now,
	});
	const verdict = targets.flatMap(reportedClaims).find(({id}) => id === claim)?.verdict;
	if (verdict === undefined) {
		throw new SuiteError(failures[0]?.message ?? `The check has no claim ${claim} for ${python}.`);
	}
	// Nothing follows from what could not be found out.
	if (verdict.kind === 'inconclusive')
		throw new SuiteError(`${claim} is inconclusive on ${python}: ${verdict.because}.`);
	return verdict.kind;
}
