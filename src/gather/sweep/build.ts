/** This file makes a generated shim with the machine's compiler, once for each interpreter: it is kept in the user's cache folder. */

import {createHash, randomBytes} from 'node:crypto';
import {
	accessSync,
	constants,
	copyFileSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {cacheHome} from '../../cache/store.js';
import {nativeFolder} from '../../ledger/native.js';
import {runChild} from '../../process/child.js';
import {endingInWords, succeeded} from '../../process/ending.js';
import {codeOf} from '../../process/file-errors.js';
import type {Environment} from '../../process/temporary.js';
import {assemblyOf, machines, versionScriptOf} from './assembly.js';
import type {SweepSlot} from './slots.js';

export interface ShimRequest {
	readonly slots: readonly SweepSlot[];
	readonly machine: string;
	readonly buildId: string | null;
	readonly env: Environment;
	/** A temporary folder, from which code may be run: for the sources, and for the shim where there is no cache. */
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
	const name = `${request.buildId ?? 'no-build-id'}-${digest([assembly, versions ?? '', compiler.join(' ')])}.so`;
	const kept = folderOf(env);
	if (kept !== null && usable(join(kept, name))) return {kind: 'built', path: join(kept, name)};
	const reason = await compile(request, compiler, assembly, versions, join(request.folder, name));
	if (reason !== null) return {kind: 'not-built', reason};
	return {kind: 'built', path: keep(request.folder, kept, name)};
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

function folderOf(env: Environment): string | null {
	const home = cacheHome(env);
	return home === null ? null : join(home, 'pyinterpose', 'sweep');
}

/** access(2) refuses X_OK on a file system mounted `noexec`. */
function usable(path: string): boolean {
	try {
		accessSync(path, constants.R_OK | constants.X_OK);
		// The oldest are taken out first; a file of somebody else's keeps its time.
		utimesSync(path, new Date(), new Date());
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
	return true;
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
		env: Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined)),
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

/** Moves the shim into the cache, renamed when whole: several runs may make it at once. Where that fails, it stays where it is. */
function keep(folder: string, kept: string | null, name: string): string {
	const made = join(folder, name);
	if (kept === null) return made;
	try {
		mkdirSync(kept, {recursive: true, mode: 0o700});
		rename(made, kept, name);
		prune(kept);
		return usable(join(kept, name)) ? join(kept, name) : made;
	} catch {
		return made;
	}
}

/** The cache may be on another file system, so the file is first copied beside its place. */
function rename(made: string, kept: string, name: string): void {
	const draft = join(kept, `.${randomBytes(8).toString('hex')}`);
	try {
		copyFileSync(made, draft);
		renameSync(draft, join(kept, name));
	} catch (error) {
		rmSync(draft, {force: true});
		throw error;
	}
}

/** As many shims as are kept. */
const most = 50;

function prune(kept: string): void {
	const aged = readdirSync(kept).map(name => ({name, age: statSync(join(kept, name)).mtimeMs}));
	aged.sort((left, right) => left.age - right.age);
	for (const {name} of aged.slice(0, Math.max(0, aged.length - most))) rmSync(join(kept, name), {force: true});
}
