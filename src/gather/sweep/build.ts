/** This file makes a generated shim with the machine's compiler, once for each interpreter: it is kept in the user's cache folder. */

import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {openStore} from '../../cache/store.js';
import {nativeFolder} from '../../ledger/native.js';
import {runChild} from '../../process/child.js';
import {endingInWords, succeeded} from '../../process/ending.js';
import {type Environment, variablesOf} from '../../process/temporary.js';
import {assemblyOf, machines, versionScriptOf} from './assembly.js';
import type {SweepSlot} from './slots.js';

export interface ShimRequest {
	readonly slots: readonly SweepSlot[];
	readonly machine: string;
	readonly buildId: string | null;
	readonly env: Environment;
	/** A temporary folder, from which code may be run: for the sources and the shim. */
	readonly folder: string;
	readonly signal: AbortSignal;
}

/** `reason` where there is no shim, as the end of a sentence. */
export type ShimBuild =
	| {readonly kind: 'built'; readonly path: string}
	| {readonly kind: 'not-built'; readonly reason: string};

const sources = fileURLToPath(new URL('../../../../native/sweep', import.meta.url));
const numbers = join(sources, '../layout.h');
const runtime = join(nativeFolder, 'sweep.a');

export async function buildShim(request: ShimRequest): Promise<ShimBuild> {
	const {slots, machine, env} = request;
	if (!machines.has(machine)) return {kind: 'not-built', reason: `there are no trampolines for ${machine}`};
	const assembly = assemblyOf(slots, machine);
	const versions = versionScriptOf(slots);
	const compiler = compilerOf(env);
	const key = `${request.buildId ?? 'no-build-id'}-${digest([assembly, versions ?? '', compiler.join(' ')])}`;
	const path = join(request.folder, `${key}.so`);
	const store = openStore(env, 'sweep');
	const kept = store.get(key);
	// Programs load a copy of their own: whatever becomes of the cache meanwhile does nothing to them.
	if (kept !== undefined) {
		await writeFile(path, kept, {mode: 0o700});
		return {kind: 'built', path};
	}
	const reason = await compile(request, compiler, assembly, versions, path);
	if (reason !== null) return {kind: 'not-built', reason};
	store.set(key, await readFile(path));
	return {kind: 'built', path};
}

/** What the shim is made of, to the last byte: a cached one never outlives a change of it. */
function digest(texts: readonly string[]): string {
	const hash = createHash('sha256');
	for (const text of texts) hash.update(`${text.length}\n${text}`);
	for (const file of readdirSync(sources)
		.filter(file => /\.[Sh]$/.test(file))
		.sort()) {
		hash.update(readFileSync(join(sources, file)));
	}
	return hash.update(readFileSync(numbers)).update(readFileSync(runtime)).digest('hex').slice(0, 32);
}

function compilerOf({CC}: Environment): readonly string[] {
	const words = (CC ?? '').split(/\s+/).filter(word => word !== '');
	return words.length > 0 ? words : ['cc'];
}

/** Null when it is made; else why not. */
async function compile(
	{folder, env, signal}: ShimRequest,
	[compiler = 'cc', ...words]: readonly string[],
	assembly: string,
	versions: string | null,
	out: string,
): Promise<string | null> {
	const source = join(folder, 'sweep.S');
	const script = join(folder, 'sweep.map');
	await writeFile(source, assembly);
	if (versions !== null) await writeFile(script, versions);
	const linking = [
		'-Wl,-z,now',
		'-Wl,-z,noexecstack',
		...(versions === null ? [] : [`-Wl,--version-script=${script}`]),
	];
	const {exit, stderr} = await runChild({
		file: compiler,
		argv: [
			...words,
			'-shared',
			'-nostartfiles',
			'-fPIC',
			`-I${sources}`,
			'-o',
			out,
			source,
			runtime,
			...linking,
			...libraries,
		],
		env: variablesOf(env),
		timeoutSeconds: 120,
		signal,
	});
	if (succeeded(exit)) return null;
	if (exit.kind === 'not-started') return `there is no C compiler: ${compiler} ${endingInWords(exit)}`;
	const said =
		stderr.split('\n').find(line => /error|undefined|cannot/i.test(line)) ?? stderr.trim().split('\n')[0] ?? '';
	return `the C compiler ${compiler} ${endingInWords(exit)}${said === '' ? '' : `: ${said.trim()}`}`;
}

const libraries = ['-ldl', '-lpthread'];
