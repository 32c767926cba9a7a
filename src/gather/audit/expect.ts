/** This file evaluates a Python expression under the libraries and without them: whether they have the effect that they are for. */

import type {ExpressionOutcome} from '../../model/audit.js';
import type {Expected} from '../../model/audit-evidence.js';
import {endingInWords, finalLine} from '../../process/ending.js';
import {type AuditProgram, type RunOptions, runBare, runLoaded} from './run.js';

/** A name that is no built-in one is imported, so that `time.time() < 1e9` needs no more words. */
const expectProgram = [
	'import sys',
	'class Names(dict):',
	'    def __missing__(self, name):',
	'        try:',
	'            return __import__(name)',
	'        except ImportError:',
	'            raise KeyError(name)',
	'value = eval(sys.argv[1], {"__builtins__": {}}, Names(vars(__import__("builtins" if sys.version_info[0] > 2 else "__builtin__"))))',
	'sys.stdout.write("\\npyinterpose-value %d %s\\n" % (bool(value), repr(value).replace("\\n", " ")))',
].join('\n');

/** `program` runs Python with the words `-c CODE EXPRESSION` added. */
export async function gatherExpected(
	expression: string,
	program: AuditProgram,
	options: RunOptions,
): Promise<Expected> {
	const asked = {...program, argv: [...program.argv, '-c', expectProgram, expression]};
	return {
		expression,
		under: outcomeOf(await runLoaded(asked, options)),
		without: outcomeOf(await runBare(asked, options)),
	};
}

function outcomeOf({exit, stdout, stderr}: Awaited<ReturnType<typeof runBare>>): ExpressionOutcome {
	const [, truth, value] = /^pyinterpose-value ([01]) (.*)$/m.exec(stdout) ?? [];
	if (value !== undefined) return {kind: 'value', value: value.slice(0, 200), truth: truth === '1'};
	const last = finalLine(stderr);
	return {kind: 'failed', reason: last === '' ? `it ${endingInWords(exit)}` : last};
}
