/** This file gets the source of the distribution's Python with apt-get, and leaves the system's configuration alone. */

import {existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {SuiteError} from '../errors.js';
import {type ChildResult, runChild} from '../process/child.js';
import {endingInWords, succeeded} from '../process/ending.js';
import {sourceEntries, sourceParagraphs} from './apt-lists.js';
import {buildEnvironment, type Lab} from './lab.js';
import {locked} from './lock.js';

/** The path of a tarball. Errors: SuiteError where there is no apt-get, no source list, or no version to be had. */
export async function distributionSource(lab: Lab): Promise<string> {
	const folder = join(lab.root, 'distribution');
	return locked(folder, lab, () => fetched(folder, lab));
}

async function fetched(folder: string, lab: Lab): Promise<string> {
	const kept = tarball(folder);
	if (kept !== null) return kept;
	const options = privateApt(folder);
	lab.tell.line('Getting the source of the distribution’s Python');
	// One list that fails (a third party's, without sources) fails the whole command; what counts is what is found then.
	const update = await apt('apt-get', [...options, '-qq', 'update'], folder, lab);
	const {name, versions} = await sourcePackage(options, folder, lab);
	const reasons: string[] = [];
	for (const version of versions) {
		const result = await apt(
			'apt-get',
			[...options, '-qq', 'source', '--download-only', '--tar-only', `${name}=${version}`],
			folder,
			lab,
		);
		const got = tarball(folder);
		if (succeeded(result.exit) && got !== null) return got;
		reasons.push(`${version}: ${firstError(result)}`);
	}
	const why = reasons.length > 0 ? reasons.join('; ') : firstError(update);
	throw new SuiteError(`No source of ${name} can be had. ${why}`, {hint: own});
}

const own = 'Give the source yourself: --source TARBALL, or --source FOLDER.';

/** The upstream tarball; the distribution's patches are left out, so that the result is CPython as released. */
function tarball(folder: string): string | null {
	if (!existsSync(folder)) return null;
	const name = readdirSync(folder).find(name => /\.orig\.tar\.\w+$/.test(name));
	return name === undefined ? null : join(folder, name);
}

function privateApt(folder: string): string[] {
	const lists = join(folder, 'apt', 'lists');
	const parts = join(folder, 'apt', 'sources.list.d');
	for (const path of [join(lists, 'partial'), parts, join(folder, 'apt', 'cache', 'archives', 'partial')]) {
		mkdirSync(path, {recursive: true});
	}
	if (writeSourceLists(parts) === 0) {
		throw new SuiteError('The system’s apt has no list to get sources from.', {hint: own});
	}
	const settings = {
		'Dir::Etc::sourcelist': '-',
		'Dir::Etc::sourceparts': parts,
		'Dir::State::lists': lists,
		'Dir::Cache': join(folder, 'apt', 'cache'),
	};
	return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Every binary list of the system as a source list. */
function writeSourceLists(parts: string): number {
	const folder = '/etc/apt/sources.list.d';
	const names = existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : [];
	const files = ['/etc/apt/sources.list', ...names].filter(path => existsSync(path));
	let written = 0;
	for (const path of files) {
		const text = readFileSync(path, 'utf8');
		const entries = path.endsWith('.sources')
			? sourceParagraphs(text)
			: path.endsWith('.list')
				? sourceEntries(text)
				: '';
		if (entries === '') continue;
		writeFileSync(join(parts, basename(path)), entries);
		written += 1;
	}
	return written;
}

async function sourcePackage(
	options: readonly string[],
	folder: string,
	lab: Lab,
): Promise<{name: string; versions: string[]}> {
	const names = candidates();
	for (const name of names) {
		const {exit, stdout} = await apt('apt-cache', [...options, 'showsrc', '--only-source', name], folder, lab);
		const versions = [...stdout.matchAll(/^Version: (\S+)$/gm)].map(([, version]) => version ?? '');
		if (succeeded(exit) && versions.length > 0) return {name, versions: [...new Set(versions)]};
	}
	throw new SuiteError(`apt lists no source package of a Python (${names[0]} and others).`, {hint: own});
}

/** The system's own first. */
function candidates(): string[] {
	const system = existsSync('/usr/bin/python3') ? basename(realpathSync('/usr/bin/python3')) : '';
	const others = [14, 13, 12, 11, 10, 9].map(minor => `python3.${minor}`);
	return [...new Set([...(/^python3\.\d+$/.test(system) ? [system] : []), ...others])];
}

async function apt(file: string, argv: readonly string[], cwd: string, {env, signal}: Lab): Promise<ChildResult> {
	const result = await runChild({file, argv, env: buildEnvironment(env), cwd, timeoutSeconds: 300, signal});
	if (result.exit.kind === 'not-started') throw new SuiteError(`This machine has no ${file}.`, {hint: own});
	return result;
}

function firstError({exit, stderr}: ChildResult): string {
	const line = stderr.split('\n').find(line => line.startsWith('E:'));
	return line?.slice(2).trim() ?? `apt-get ${endingInWords(exit)}`;
}
