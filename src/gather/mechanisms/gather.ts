/** This file tries each way of intercepting calls on one Python: two runs of one program, with n events and with 2n. */

import {readFileSync, realpathSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {findOffset} from '../../elf/segments.js';
import {nativeFolder} from '../../ledger/native.js';
import {
	eventsOf,
	type Mechanism,
	type MechanismCell,
	type MechanismEvent,
	type MechanismOutcome,
	mechanismEvents,
	mechanisms,
} from '../../model/mechanisms.js';
import {type ChildResult, runChild} from '../../process/child.js';
import {endingInWords, succeeded, withFinalLine} from '../../process/ending.js';
import {withPreloadableFolder, withTemporaryFolder} from '../../process/temporary.js';
import {type LoadedObject, loadedObjects, type ReadLoaded} from '../audit/object.js';
import {writePlan} from '../audit/plan.js';
import {type AuditProgram, auditModule, type RunOptions, runWatched} from '../audit/run.js';
import {createCounts, readCounts} from './counts.js';

export interface MechanismsRequest extends RunOptions {
	/** The Python, without the program that it runs. */
	readonly program: AuditProgram;
	readonly interpreter: string;
}

const events = 1000;
const program = fileURLToPath(new URL('../../../../probes/mechanisms.py', import.meta.url));

export async function gatherMechanisms(request: MechanismsRequest): Promise<readonly MechanismCell[]> {
	return withTemporaryFolder(request.env, 'data', folder =>
		withPreloadableFolder(request.env, nativeFolder, async native => {
			const scene: Scene = {request, native, definers: await definersOf(request, join(folder, 'definers'))};
			const seen = new Map<Mechanism, Seen>();
			for (const [name, way] of Object.entries(ways)) {
				if (way !== null) seen.set(name as Mechanism, await grown(way, join(folder, name), scene));
			}
			const own = await grown(ownWays, join(folder, 'own'), scene);
			return mechanismEvents.flatMap(event =>
				mechanisms
					.filter(mechanism => canSee(mechanism, event))
					.map(mechanism => {
						const key = ways[mechanism] === null ? mechanism : event;
						return {mechanism, event, outcome: outcomeOf(seen.get(mechanism) ?? own, key)};
					}),
			);
		}),
	);
}

function canSee(mechanism: Mechanism, event: MechanismEvent): boolean {
	return eventsOf[mechanism].some(one => one === event);
}

interface Scene {
	readonly request: MechanismsRequest;
	readonly native: string;
	/** Of each of the `watched` functions the object that defines it. */
	readonly definers: readonly (LoadedObject | null)[];
}

/** What was seen of `n` rounds, by event or by way; or why nothing could be. */
type Counted = Readonly<Partial<Record<MechanismEvent | Mechanism, number | string>>>;
type Seen = {readonly once: Counted; readonly twice: Counted} | string;

/** Counts in a run of n rounds; a text is the reason why not. The folder is this run's own. */
type Way = (n: number, folder: string, scene: Scene) => Promise<Counted | string>;

/** Null for those of Python's own, which one program tells of. */
const ways = {
	'ld-preload': preloads('mechanism-preload'),
	'ld-audit-symbind': audits('mechanism-bind'),
	'ld-audit-pltenter': audits('mechanism-enter'),
	'got-rewrite': preloads('mechanism-rewrite'),
	'inline-hook': hooks,
	uprobe: probes,
	'pep-445': preloads('mechanism-allocator'),
	tracemalloc: null,
	'pep-669': null,
	setprofile: null,
	'pep-578': null,
} as const satisfies Record<Mechanism, Way | null>;

async function grown(way: Way, folder: string, scene: Scene): Promise<Seen> {
	await mkdir(folder);
	const counted: Counted[] = [];
	for (const n of [events, 2 * events]) {
		const own = join(folder, String(n));
		await mkdir(own);
		const one = await way(n, own, scene);
		if (typeof one === 'string') return one;
		counted.push(one);
	}
	const [once = {}, twice = {}] = counted;
	return {once, twice};
}

function outcomeOf(seen: Seen, key: MechanismEvent | Mechanism): MechanismOutcome {
	if (typeof seen === 'string') return {kind: 'unavailable', because: seen};
	const [once, twice] = [seen.once[key], seen.twice[key]];
	if (typeof once !== 'number' || typeof twice !== 'number') {
		return {kind: 'unavailable', because: typeof once === 'string' ? once : 'it told of no count'};
	}
	const more = twice - once;
	if (more === 0) return {kind: 'none', events};
	return {kind: more > 0 && more % events === 0 ? 'every' : 'some', events, seen: more};
}

function start({request}: Scene, n: number, what: 'events' | 'own', env: Record<string, string>): Promise<ChildResult> {
	const {file, argv} = request.program;
	return run(request, file, [...argv, '-S', '-B', '-s', program, String(n), what], env);
}

function run(
	{program, timeoutSeconds, signal}: MechanismsRequest,
	file: string,
	argv: readonly string[],
	env: Record<string, string>,
) {
	return runChild({file, argv, env: {...program.env, ...env}, timeoutSeconds, signal});
}

function preloads(name: string): Way {
	return counts((native, {program}) => {
		const own = program.env.LD_PRELOAD ?? '';
		return {LD_PRELOAD: `${join(native, `${name}.so`)}${own === '' ? '' : `:${own}`}`};
	});
}

function audits(name: string): Way {
	return counts((native, {program}) => ({
		...auditModule(native, program.env),
		LD_AUDIT: join(native, `${name}.so`),
	}));
}

function counts(environment: (native: string, request: MechanismsRequest) => Record<string, string>): Way {
	return async (n, folder, scene) => {
		const page = join(folder, 'counts');
		createCounts(page);
		const added = {...environment(scene.native, scene.request), PYINTERPOSE_MECHANISM: page};
		const failed = failure(await start(scene, n, 'events', added));
		if (failed !== null) return failed;
		const {ready, ...counted} = readCounts(page);
		return ready ? counted : 'it was not loaded, or this Python has not what it needs';
	};
}

function failure({exit, stderr}: ChildResult): string | null {
	return succeeded(exit) ? null : `the program ${withFinalLine(endingInWords(exit), stderr)}`;
}

const watched = ['PyErr_Occurred', 'malloc'] as const;

/** Where a function is defined: in the interpreter, or in an object that the program needs. */
async function definersOf(request: MechanismsRequest, folder: string): Promise<readonly (LoadedObject | null)[]> {
	await mkdir(folder);
	const program = {...request.program, argv: [...request.program.argv, '-S', '-B', '-s', '-c', 'pass']};
	const {ledger} = await runWatched(program, folder, 'audit-module', request);
	const read = loadedObjects();
	const paths = ledger.objects.filter(({startup}) => startup).map(({path}) => path);
	return watched.map(symbol => definer(symbol, [request.interpreter, ...paths], read));
}

/** libc's malloc, not the loader's own. */
function definer(symbol: string, paths: readonly string[], read: ReadLoaded): LoadedObject | null {
	const found = paths.filter(path => !/\/ld-/.test(path)).map(path => read(path));
	return found.find(object => object?.functions.has(symbol) === true) ?? null;
}

async function hooks(n: number, folder: string, scene: Scene): Promise<Counted | string> {
	const {request, definers} = scene;
	const objects = [...new Set(definers.flatMap(object => object ?? []))];
	const plan = await writePlan(folder, [], objects, new Set(watched));
	const argv = [...request.program.argv, '-S', '-B', '-s', program, String(n), 'events'];
	const {result, ledger} = await runWatched({...request.program, argv}, folder, 'audit-module', request);
	const failed = failure(result);
	if (failed !== null) return failed;
	if (!ledger.ready) return 'the loader did not load what watches';
	return Object.fromEntries(
		watched.map((symbol, index) => {
			const object = definers[index] ?? null;
			const reason = object === null ? 'nothing defines it' : plan.uncounted(object, symbol);
			const sites = ledger.sites.filter(
				({slot}) => plan.slots[slot]?.object === object && plan.slots[slot]?.names.includes(symbol),
			);
			return [symbol, reason ?? sites.reduce((sum, {calls, forwards}) => sum + calls + forwards, 0)];
		}),
	);
}

const notPermitted = 77;

async function probes(n: number, folder: string, scene: Scene): Promise<Counted | string> {
	const {request, native, definers} = scene;
	const places = watched.map((symbol, index) => {
		const object = definers[index];
		const definition = object?.functions.get(symbol);
		const offset =
			object === null || definition === undefined
				? null
				: findOffset(object?.elf.segments ?? [], definition.address, 1);
		return offset === null ? null : [object?.path ?? '', String(offset)];
	});
	const [first, second] = places;
	if (first == null || second == null) return 'the functions were not found';
	const result = join(folder, 'met');
	const {file, argv} = request.program;
	const command = [realpathSync(file), ...argv, '-S', '-B', '-s', program, String(n), 'events'];
	const ran = await run(request, join(native, 'uprobe'), [result, ...first, ...second, ...command], {});
	if (ran.exit.kind === 'exited' && ran.exit.status === notPermitted)
		return 'the system does not permit it to this user';
	const failed = failure(ran);
	if (failed !== null) return failed;
	const [error = Number.NaN, malloc = Number.NaN] = readFileSync(result, 'utf8').split('\n').map(Number);
	return {PyErr_Occurred: error, malloc};
}

async function ownWays(n: number, _: string, scene: Scene): Promise<Counted | string> {
	const ran = await start(scene, n, 'own', {});
	const told = /^pyinterpose-mechanisms (\{.*\})$/m.exec(ran.stdout)?.[1];
	return told === undefined ? (failure(ran) ?? 'it told of nothing') : JSON.parse(told);
}
