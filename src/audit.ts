/** This file audits one Python: the libraries in the order given and, where there are several, in the other one. */

import {realpathSync} from 'node:fs';
import {gatherExpected} from './gather/audit/expect.js';
import {gatherAudit} from './gather/audit/gather.js';
import {mustBeWatchable} from './gather/audit/refusal.js';
import type {AuditProgram, RunOptions} from './gather/audit/run.js';
import {gatherStatic} from './gather/static.js';
import {judgeAudit} from './judge/audit.js';
import type {AuditedBuild} from './model/audit.js';
import type {Target} from './model/target.js';

export interface AuditedProgram {
	readonly target: Target;
	/** In another order of libraries where one is given; null where the program itself does the preloading. */
	program(order: readonly string[]): AuditProgram;
	/** The same Python, for an expression. */
	readonly bare: AuditProgram;
	/** Whether the order of the libraries is ours to choose. */
	readonly ordered: boolean;
}

/** Errors: SuiteError where no test of this Python can be made. */
export async function auditsOf(
	{target, program, bare, ordered}: AuditedProgram,
	libraries: readonly string[],
	expression: string | null,
	options: RunOptions,
): Promise<readonly AuditedBuild[]> {
	const {id, executable, python} = target;
	mustBeWatchable(realpathSync(executable), libraries);
	const interpreter = realpathSync(target.interpreter.path);
	const witness = await gatherStatic(interpreter, {env: options.env, inlined: false});
	const expected = expression === null ? null : await gatherExpected(expression, bare, options);
	const given = libraries.map((_, index) => index);
	const orders = ordered && libraries.length > 1 ? [given, [...given].reverse()] : [given];
	const builds: AuditedBuild[] = [];
	for (const order of orders) {
		const paths = order.map(index => libraries[index] ?? '');
		const evidence = await gatherAudit({program: program(paths), libraries: paths, interpreter, witness, ...options});
		const judged = judgeAudit(evidence, order, expected);
		builds.push({id, executable, interpreter: target.interpreter, python, ...judged});
	}
	return builds;
}
