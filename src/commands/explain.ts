/** This file is `pyinterpose explain`: the evidence for one function or variable in one build, or a page of the documentation. */

import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {machine} from 'node:os';
import {fileURLToPath} from 'node:url';
import {SuiteError, UsageError} from '../errors.js';
import type {Explanation} from '../model/explanation.js';
import type {ToolFate} from '../model/known-tool.js';
import type {ExplainOptions} from '../render/explain/explain.js';
import {renderPage} from '../render/explain/page.js';
import {jsonText} from '../render/json.js';
import {knownWords, meaningOf} from '../render/word-meanings.js';
import {type Command, type ExitStatus, exitStatus, type Invocation, type Io} from './command.js';
import {type Located, locate} from './explain-target.js';
import {terminalOf} from './output.js';
import {say} from './say.js';

export const explain: Command = {
	name: 'explain',
	positionals: 'SYMBOL [TARGET|FILE]',
	summary: 'the evidence for one function or variable; without a target, what it is; or what a verdict or cause means',
	options: [
		{name: 'json', help: 'write JSON'},
		{name: 'timeout', value: 'SECONDS', help: 'how long one start of a Python may take (60)'},
	],
	run,
};

async function run(invocation: Invocation): Promise<ExitStatus> {
	const [symbol, target, ...more] = invocation.positionals;
	if (symbol === undefined || more.length > 0) {
		throw new UsageError('explain takes a symbol, and a target or file to look it up in.', {
			hint: "See 'pyinterpose explain --help'.",
		});
	}
	if (target !== undefined) await inTarget(symbol, target, invocation);
	else if (isPage(symbol) && symbol !== 'library') await page(symbol, invocation);
	else if (meaningOf(symbol) !== null) word(symbol, invocation);
	else await known(symbol, invocation);
	return exitStatus.asExpected;
}

async function inTarget(symbol: string, target: string, {options, io}: Invocation): Promise<void> {
	const located = await locate(symbol, target, {...io, timeoutSeconds: options.positive('timeout') ?? 60});
	for (const note of located.notes) say(io, 'note', note);
	const {gatherDataExplanation} = await import('../gather/explain-data.js');
	const ofData = await gatherDataExplanation(located.file, symbol);
	if (ofData !== null) {
		const {dataExplanationJson, renderDataExplanation} = await import('../render/explain/explain-data.js');
		const write = options.flag('json') ? dataExplanationJson : renderDataExplanation;
		io.stdout.write(write(ofData, {...terminalOf(io), host: machine()}));
		return;
	}
	const {gatherExplanation} = await import('../gather/explain.js');
	const explanation = {...(await gatherExplanation(located.file, symbol, io)), counted: located.counted};
	io.stdout.write(await written(explanation, located, options.flag('json'), io));
}

async function written(explanation: Explanation, {family}: Located, json: boolean, io: Io): Promise<string> {
	const options: ExplainOptions = {...terminalOf(io), host: machine(), family, tools: await toolsThatHook(explanation)};
	if (!json) return (await import('../render/explain/explain.js')).renderExplanation(explanation, options);
	const {explanationJson} = await import('../render/explain/explain-json.js');
	return explanationJson(explanation, options);
}

/** What becomes of the object's own calls: as they were counted, or else as its references bind them. */
async function toolsThatHook({symbol, references, cause, counted}: Explanation): Promise<readonly ToolFate[]> {
	const {knownTools} = await import('../catalog/known-tools/known-tools.js');
	const {hooks, whoIsHit} = await import('../catalog/who-is-hit.js');
	const tools = knownTools.filter(tool => hooks(tool, symbol));
	if (tools.length === 0) return [];
	const own = counted?.claims.find(({route}) => route === 'interpreter')?.verdict;
	const because = own !== undefined && 'because' in own ? own.because : (cause ?? undefined);
	const kind = own?.kind ?? boundAs[references.verdict];
	const wouldBe = own !== undefined && 'would-be' in own ? own['would-be'] : null;
	return whoIsHit([{symbol, caller: 'interpreter', verdict: {kind, because, wouldBe}}], tools);
}

const boundAs = {preemptible: 'honored', partial: 'partial', bound: 'bypassed', unreferenced: 'uncalled'} as const;

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));

/** Pages are named in lower case with dashes: no C function looks like a verdict or a cause. */
function isPage(name: string): boolean {
	return /^[a-z]+(-[a-z]+)*$/.test(name) && existsSync(`${docs}${name}.md`);
}

function pageNames(): readonly string[] {
	return readdirSync(docs).flatMap(name => (name.endsWith('.md') ? name.slice(0, -'.md'.length) : []));
}

async function page(name: string, {options, io}: Invocation): Promise<void> {
	const markdown = readFileSync(`${docs}${name}.md`, 'utf8');
	const json = () => jsonText({schema: 1, page: name, markdown});
	io.stdout.write(options.flag('json') ? json() : renderPage(markdown, terminalOf(io)));
}

function word(name: string, {options, io}: Invocation): void {
	const meaning = meaningOf(name) ?? '';
	const terminal = terminalOf(io);
	if (options.flag('json')) io.stdout.write(jsonText({schema: 1, word: name, meaning}));
	else io.stdout.write(renderPage(`# ${name}\n\n${meaning}\n`, terminal));
}

async function known(symbol: string, {options, io}: Invocation): Promise<void> {
	const {readHooks} = await import('../gather/hooks.js');
	const {nearest} = await import('../gather/nearest.js');
	const hooks = readHooks();
	const hook = hooks.get(symbol);
	if (hook === undefined) {
		const near = nearest(symbol, [...hooks.keys(), ...knownWords(), ...pageNames()]);
		throw new SuiteError(`'${symbol}' is neither an override of this package nor a word that it prints.`, {
			hint: near === null ? 'Give a target or file as well, to look it up there.' : `Did you mean ${near}?`,
		});
	}
	const {renderKnown, knownJson} = await import('../render/explain/what.js');
	const {routesOf} = await import('./explain-target.js');
	const what = {...hook, routes: await routesOf(symbol)};
	io.stdout.write(options.flag('json') ? knownJson(what) : renderKnown(what, terminalOf(io)));
}
