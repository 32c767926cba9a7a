/** This file is `pyinterpose contract`: write a contract from what holds, hold saved reports to one, and look whether one can be read. */

import {holdContract} from '../contract/check.js';
import {writeContract} from '../contract/write.js';
import {SuiteError, UsageError} from '../errors.js';
import {meant} from '../meant.js';
import type {Report} from '../model/report.js';
import {visible} from '../model/visible.js';
import {mustBeWritable, writeOutput} from '../process/output-file.js';
import {jsonText} from '../render/json.js';
import {counted} from '../render/numbers.js';
import {renderHeld} from '../render/report/broken.js';
import {type Command, type ExitStatus, exitStatus, type Invocation} from './command.js';
import {contractFrom} from './contract-file.js';
import {eachFile} from './each-file.js';
import {heldTo} from './outcome.js';
import {deliver, outputOptions, planOutput, statusOf} from './output.js';
import {readOrCheck} from './reports.js';
import {say} from './say.js';

const formats = ['terminal', 'json'] as const;

const actions = ['init', 'check', 'verify'] as const;

export const contract: Command = {
	name: 'contract',
	positionals: 'init TARGET | check FILE TARGET... | verify FILE...',
	firstWords: actions,
	summary:
		'write a contract from what holds today, hold targets and saved reports to one, or verify that contracts can be read',
	options: [
		...outputOptions(formats),
		{name: 'file', value: 'FILE', help: 'init: write the contract there (standard output)'},
	],
	async run(invocation) {
		const [action, ...words] = invocation.positionals;
		if (action === 'init') return init(words, invocation);
		if (action === 'check') return check(words, invocation);
		if (action === 'verify') return verify(words, invocation);
		throw new UsageError(
			`contract takes 'init', 'check' or 'verify'${action === undefined ? '' : `, not '${action}'`}.`,
			{
				hint: meant(action ?? '', actions, "See 'pyinterpose contract --help'."),
			},
		);
	},
};

async function init(words: readonly string[], invocation: Invocation): Promise<ExitStatus> {
	const [word, ...more] = words;
	if (word === undefined || more.length > 0) throw new UsageError("'contract init' takes one target or saved report.");
	const file = invocation.options.text('file');
	if (file !== undefined) mustBeWritable(file);
	const {targets} = await readOrCheck(word, invocation);
	const [target, ...others] = targets;
	if (target === undefined || others.length > 0) {
		throw new SuiteError(`${word} holds ${targets.length} builds, and a contract is written for one.`, {
			hint: 'Name one target, or a report of one.',
		});
	}
	const text = writeContract(target);
	if (file === undefined) invocation.io.stdout.write(text);
	else await writeOutput(file, [text], invocation.io.signal);
	return exitStatus.asExpected;
}

async function check(words: readonly string[], invocation: Invocation): Promise<ExitStatus> {
	const [file, ...sources] = words;
	if (file === undefined || sources.length === 0) {
		throw new UsageError("'contract check' takes a contract, then targets or saved reports.");
	}
	const plan = planOutput(invocation, formats);
	const rules = await contractFrom(file, invocation.io);
	const reports: Report[] = [];
	for (const source of sources) reports.push(await readOrCheck(source, invocation));
	const held = holdContract({targets: reports.flatMap(({targets}) => targets)}, rules);
	await deliver(
		plan,
		{
			terminal: terminal => renderHeld(held, terminal),
			json: () => jsonText({schema: 1, contract: file, broken: held.broken, ended: held.ended}),
		},
		invocation.io,
	);
	const failed = reports.some(({failures}) => failures.length > 0);
	return statusOf({failed, ...heldTo(held.broken)}, invocation.options);
}

/** Of the contracts alone, without a target: what a hook before a commit asks. */
async function verify(files: readonly string[], {io, options}: Invocation): Promise<ExitStatus> {
	if (files.length === 0) throw new UsageError("'contract verify' takes contracts.");
	const read = await eachFile(files, io, file => contractFrom(file, io));
	for (const {file, rules, ended} of read) {
		if (!options.flag('quiet')) io.stdout.write(`${visible(file)}: ${counted(rules.length, 'rule')}.\n`);
		for (const {place, until} of ended) {
			say(io, 'warning', `${place.file}:${place.line}:${place.column}: the rule ended with ${until}.`);
		}
	}
	return read.length === files.length ? exitStatus.asExpected : exitStatus.suiteFailed;
}
