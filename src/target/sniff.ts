/** This file tells from a file's first bytes what it is, and refuses what cannot be a Python of this machine. */

import {existsSync, type Stats, statSync} from 'node:fs';
import {join} from 'node:path';
import {archiveForm} from '../archive/archive-form.js';
import {readHead} from '../object/object-file.js';
import {codeOf, fileErrorWords} from '../process/file-errors.js';
import {complain} from './complaints.js';
import {hostHeader, type MachineHeader, machineHeader, machineName, sameMachine} from './machine.js';

export type Sniffed =
	| {readonly kind: 'elf'}
	/** `interpreter` is the path behind `#!`; behind `env`, the name. */
	| {readonly kind: 'script'; readonly interpreter: string};

/** Errors: TargetError for what is missing, unreadable, no file, or neither ELF of this machine nor script. */
export function sniff(path: string): Sniffed {
	const status = statusOf(path);
	if (status.isDirectory()) throw complain({kind: 'directory', path, inside: pythonIn(path)});
	// Opening a pipe or a device could block, or do things.
	if (!status.isFile()) throw complain({kind: 'not-a-file', path});
	const head = Buffer.from(headOf(path));
	if (head.length === 0) throw complain({kind: 'empty', path});
	const header = machineHeader(head);
	if (header !== null) return elfOfThisMachine(path, header);
	const text = head.toString('latin1');
	if (text.startsWith('#!')) return {kind: 'script', interpreter: interpreterOf(text)};
	if (archiveForm(path) !== null) throw complain({kind: 'package', path});
	throw complain({kind: text.startsWith('!<arch>\n') ? 'archive' : 'neither-elf-nor-script', path});
}

function statusOf(path: string): Stats {
	try {
		return statSync(path);
	} catch (error) {
		const code = codeOf(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') throw complain({kind: 'no-such-file', path}, error);
		throw complain({kind: 'unreadable', path, reason: fileErrorWords(error)}, error);
	}
}

function headOf(path: string): Uint8Array {
	try {
		return readHead(path);
	} catch (error) {
		throw complain({kind: 'unreadable', path, reason: fileErrorWords(error)}, error);
	}
}

function elfOfThisMachine(path: string, header: MachineHeader): Sniffed {
	const host = hostHeader();
	if (!sameMachine(header, host)) {
		throw complain({kind: 'foreign', path, is: machineName(header), host: machineName(host)});
	}
	return {kind: 'elf'};
}

/** A folder that is a prefix or a virtual environment has its Python where everybody looks for it. */
function pythonIn(folder: string): string | null {
	return ['bin/python3', 'bin/python', 'python3', 'python'].map(name => join(folder, name)).find(existsSync) ?? null;
}

function interpreterOf(text: string): string {
	const words = (text.slice(2).split('\n')[0] ?? '').trim().split(/\s+/);
	const [interpreter = '', ...rest] = words;
	if (!/(^|\/)env$/.test(interpreter)) return interpreter;
	return rest.find(word => !word.startsWith('-') && !word.includes('=')) ?? interpreter;
}
