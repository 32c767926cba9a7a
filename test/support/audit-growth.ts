/** This file measures how calls of overridden functions grow from n to 2n rounds: by an audit's counts, and by callgrind's. */

import {execFileSync, spawnSync} from 'node:child_process';
import {existsSync, readFileSync, realpathSync} from 'node:fs';
import {join} from 'node:path';
import {gatherAudit} from '../../src/gather/audit/gather.js';
import {gatherStatic} from '../../src/gather/static.js';
import {judgeAudit} from '../../src/judge/audit.js';
import type {AuditedFunction} from '../../src/model/audit.js';
import {callgrind, callgrindEnvironment} from './callgrind.js';
import {type Instructions, readInstructions} from './callgrind-instructions.js';

/** A Python, a library that is preloaded into it, and a program whose last word is how often it does what it does. */
export interface Measured {
	/** How the Python is started; of a libpython the launcher. */
	readonly file: string;
	readonly env: Readonly<Record<string, string>>;
	/** The object that holds the interpreter. */
	readonly interpreter: string;
	readonly library: string;
	readonly words: readonly string[];
	readonly rounds: number;
	/** What callgrind writes, and what the library leaves behind, goes there. */
	readonly folder: string;
}

export interface Entered {
	/** Entries of the library's function. */
	readonly reached: number;
	/** Entries of the real one that the library made. */
	readonly forwarded: number;
	/** The others. */
	readonly passed: number;
}

export interface Comparison {
	/** How the functions grow that grow alike by both. Those that share an address somewhere are one, under all their names. */
	readonly equal: ReadonlyMap<string, Entered>;
	/** The others, one clause each. */
	readonly differing: readonly string[];
	/** Why an audit did not count entries of the real function, by function; those of the library's are compared all the same. */
	readonly uncounted: ReadonlyMap<string, string>;
}

/**
 * Addresses decide which entries of the cache of methods collide, and so some counts. Where personality(2) is permitted, programs
 * are started without random ones.
 */
export const areAddressesFixed = isFixedHere() || spawnSync('setarch', ['-R', 'true']).status === 0;
const fixing = areAddressesFixed && !isFixedHere() ? ['setarch', '-R'] : [];

/** ADDR_NO_RANDOMIZE is inherited: whoever starts this process may have set it. */
function isFixedHere(): boolean {
	try {
		return (Number.parseInt(readFileSync('/proc/self/personality', 'utf8'), 16) & 0x0040000) !== 0;
	} catch {
		// Only its owner may read it, and not in every container.
		return false;
	}
}

/**
 * Of every function that the library overrides. What happens once to a process, and to the one at another round than to the other, is no
 * growth: where the two differ from n to 2n rounds, they are held to each other from 2n to 3n. (gdb saw what the audit did, where
 * callgrind's process called PyObject_Hash of 3.13 once more between 50 and 100 rounds.) Errors: Error where one could not measure.
 */
export async function compareGrowth(measured: Measured): Promise<Comparison> {
	const {rounds} = measured;
	const [one, two] = [await runs(measured, rounds), await runs(measured, 2 * rounds)];
	const {equal, differing, uncounted} = compare(measured, one, two);
	const later = differing.size > 0 ? compare(measured, two, await runs(measured, 3 * rounds)) : null;
	const settled = [...differing.keys()].flatMap(names => {
		const entered = later?.equal.get(names);
		return entered === undefined ? [] : [[names, entered] as const];
	});
	for (const [names, entered] of settled) equal.set(names, entered);
	return {equal, differing: [...differing].flatMap(([names, words]) => (equal.has(names) ? [] : [words])), uncounted};
}

/** The same number of rounds, counted by both. */
interface Runs {
	readonly audit: readonly AuditedFunction[];
	readonly callgrind: Instructions;
}

async function runs(measured: Measured, times: number): Promise<Runs> {
	return {audit: await auditOnce(measured, times), callgrind: callgrindOnce(measured, times)};
}

function compare({file, interpreter, library}: Measured, first: Runs, second: Runs) {
	const real = [interpreter, ...libcsOf(file)].map(path => realpathSync(path));
	const own = realpathSync(library);
	const equal = new Map<string, Entered>();
	const differing = new Map<string, string>();
	for (const group of groupsOf(first.audit, [own, ...real])) {
		const isCounted = group.every(symbol => first.audit.some(one => one.symbol === symbol && one.uncounted === null));
		const ours = grown(sumOf(group, first.audit), sumOf(group, second.audit));
		const theirs = grown(entered(group, own, real, first.callgrind), entered(group, own, real, second.callgrind));
		const isEqual = isCounted ? told(ours) === told(theirs) : ours.reached === theirs.reached;
		const names = group.join('=');
		if (isEqual) equal.set(names, ours);
		else differing.set(names, `${names}: ${told(ours)} by the audit, ${told(theirs)} by callgrind`);
	}
	const uncounted = first.audit.flatMap(({symbol, uncounted: reason}) =>
		reason === null ? [] : [[symbol, reason] as const],
	);
	return {equal, differing, uncounted: new Map(uncounted)};
}

async function auditOnce(measured: Measured, times: number): Promise<readonly AuditedFunction[]> {
	const {file, env, library, words, folder} = measured;
	const interpreter = realpathSync(measured.interpreter);
	const [command = '', ...argv] = [...fixing, file, ...words, String(times)];
	const evidence = await gatherAudit({
		program: {
			file: command,
			argv,
			env: {PATH: process.env.PATH ?? '', ...env},
			preloading: {LD_PRELOAD: library},
			executable: realpathSync(file),
			// So that it runs in the folder given, as a command does.
			wrapped: true,
			cwd: folder,
		},
		libraries: [realpathSync(library)],
		interpreter,
		witness: await gatherStatic(interpreter),
		env: {PATH: process.env.PATH ?? ''},
		timeoutSeconds: 300,
		signal: AbortSignal.timeout(1_200_000),
	});
	const {functions, inconclusive, findings} = judgeAudit(evidence, [0], null);
	const reason = inconclusive ?? findings[0]?.message;
	if (reason !== undefined) throw new Error(reason);
	return functions;
}

function callgrindOnce({file, env, library, words, folder}: Measured, times: number): Instructions {
	const out = join(folder, `callgrind.${times}`);
	const started = [...fixing, ...callgrind(out), '--dump-instr=yes', file, ...words, String(times)];
	const [command = '', ...rest] = started;
	const {status, signal, stderr} = spawnSync(command, rest, {
		cwd: folder,
		env: {PATH: process.env.PATH ?? '', ...env, ...callgrindEnvironment, LD_PRELOAD: library},
		encoding: 'utf8',
		maxBuffer: 1 << 28,
	});
	if (status !== 0) throw new Error(`under callgrind the program ended with ${status ?? signal}: ${stderr.trim()}`);
	// What the program may have written.
	const maps = join(folder, 'maps');
	return readInstructions(out, existsSync(maps) ? readFileSync(maps, 'utf8') : '');
}

function libcsOf(file: string): readonly string[] {
	const loaded = execFileSync('ldd', [file], {encoding: 'utf8'});
	return [...loaded.matchAll(/lib[cm]\.so\S* => (\S+)/g)].map(([, path = '']) => path);
}

function entered(group: readonly string[], own: string, real: readonly string[], seen: Instructions): Entered {
	const sum = (counts: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined, object: string) =>
		total([...addressesOf(object, group)], address => counts?.get(object)?.get(address) ?? 0);
	const forwarded = total(real, object => sum(seen.calls.get(own), object));
	return {
		reached: sum(seen.ran, own),
		forwarded,
		passed: total(real, object => sum(seen.ran, object)) - forwarded,
	};
}

/** Where an object defines the functions, in any version, as readelf says. */
function addressesOf(object: string, group: readonly string[]): ReadonlySet<number> {
	const table = definitions(object);
	return new Set(group.flatMap(symbol => [...(table.get(symbol) ?? [])]));
}

const known = new Map<string, ReadonlyMap<string, ReadonlySet<number>>>();

function definitions(object: string): ReadonlyMap<string, ReadonlySet<number>> {
	const found = known.get(object) ?? readDefinitions(object);
	known.set(object, found);
	return found;
}

function readDefinitions(object: string): ReadonlyMap<string, ReadonlySet<number>> {
	const table = new Map<string, Set<number>>();
	const text = execFileSync('readelf', ['--dyn-syms', '-W', object], {encoding: 'utf8', maxBuffer: 1 << 28});
	for (const line of text.split('\n')) {
		const [, address = '', , type, , , section, name] = line.trim().split(/\s+/);
		if (type !== 'FUNC' || section === 'UND' || name === undefined) continue;
		const bare = name.replace(/@.*/, '');
		table.set(bare, (table.get(bare) ?? new Set()).add(Number.parseInt(address, 16)));
	}
	return table;
}

/** Functions that share an address in some object are one there, whatever name a call goes by. */
function groupsOf(functions: readonly AuditedFunction[], objects: readonly string[]): readonly (readonly string[])[] {
	let groups = functions.map(({symbol}) => [symbol]);
	for (const object of objects) {
		for (const {symbol} of functions) {
			const addresses = addressesOf(object, [symbol]);
			const shares = (other: readonly string[]) =>
				other.includes(symbol) || [...addressesOf(object, other)].some(address => addresses.has(address));
			groups = [groups.filter(shares).flat(), ...groups.filter(other => !shares(other))];
		}
	}
	return groups.map(group => group.toSorted()).toSorted((one, other) => (one[0] ?? '').localeCompare(other[0] ?? ''));
}

function sumOf(group: readonly string[], functions: readonly AuditedFunction[]): Entered {
	const some = functions.filter(({symbol}) => group.includes(symbol));
	return {
		reached: total(some, ({calls, aside}) => aside.reached + total(calls, ({honored}) => honored)),
		forwarded: total(some, ({forwarded}) => forwarded),
		passed: total(some, ({calls, aside}) => aside.passed + total(calls, one => (one.bypassed ?? 0) + one.unsure)),
	};
}

function total<T>(all: readonly T[], of: (one: T) => number): number {
	return all.reduce((sum, one) => sum + of(one), 0);
}

function grown(before: Entered, after: Entered): Entered {
	return {
		reached: after.reached - before.reached,
		forwarded: after.forwarded - before.forwarded,
		passed: after.passed - before.passed,
	};
}

function told({reached, forwarded, passed}: Entered): string {
	return `${reached} reached, ${forwarded} forwarded, ${passed} passed`;
}
