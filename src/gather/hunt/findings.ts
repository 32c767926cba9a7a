/** This file collects what one unit of work finds: a folder's files, or an archive's. */

import type {ReadAt} from '../../elf/defined-names.js';
import {ElfError} from '../../errors.js';
import type {DefiningObject, HuntCounts, HuntFailure, InterposerSign, PreloadSetter} from '../../model/hunt.js';
import {type HuntedNames, lookAt} from './object.js';
import {settingLines} from './text.js';

export interface FoundObject extends DefiningObject {
	readonly signs: readonly InterposerSign[];
	readonly looksUp: readonly string[];
}

export interface Findings {
	readonly counts: {-readonly [K in keyof HuntCounts]: HuntCounts[K]};
	readonly objects: FoundObject[];
	readonly launchers: PreloadSetter[];
	readonly interpreters: string[];
	readonly failures: HuntFailure[];
}

export function noFindings(): Findings {
	return {
		counts: {files: 0, archives: 0, objects: 0, broken: 0, texts: 0},
		objects: [],
		launchers: [],
		interpreters: [],
		failures: [],
	};
}

export function isElf(head: Uint8Array): boolean {
	return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

export function addObject(findings: Findings, place: string, read: ReadAt, wanted: HuntedNames): void {
	findings.counts.objects++;
	try {
		const found = lookAt(read, wanted);
		if (found.kind === 'interpreter') findings.interpreters.push(place);
		if (found.kind === 'setter') {
			findings.launchers.push({place, form: 'program', line: null, text: found.text, libraries: found.libraries});
		}
		if (found.kind === 'defines') {
			const {soname, libpython, libc, signs, looksUp} = found;
			findings.objects.push({place, soname, libpython, libc, signs, looksUp});
		}
	} catch (error) {
		// ld.so loads no such file either: it is no interposer, and nothing is left to find out.
		if (!(error instanceof ElfError)) throw error;
		findings.counts.broken++;
	}
}

export function addText(findings: Findings, place: string, bytes: Uint8Array): void {
	findings.counts.texts++;
	for (const line of settingLines(bytes)) findings.launchers.push({place, form: 'text', ...line});
}

export function addFailure(findings: Findings, place: string, message: string): void {
	findings.failures.push({place, message});
}
