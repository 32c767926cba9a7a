/** This file writes the source of a generated shim: its trampolines in assembly, and the versions of its symbols. */

import type {SweepSlot} from './slots.js';

const canary = 'pyinterpose_canary_sweep';

/** The CPUs that native/sweep has a trampoline for, as `uname -m` names them. */
export const machines: ReadonlySet<string> = new Set(['x86_64', 'aarch64']);

/** The source; to be preprocessed, with native/sweep among the folders of headers. */
export function assemblyOf(slots: readonly SweepSlot[], machine: string): string {
	return [
		`#include "trampoline-${machine.replace('_', '-')}.S"`,
		// A function may be called `linux` or `unix`, for which the preprocessor has a macro.
		...slots.filter(({name}) => definable.test(name)).map(({name}) => `#undef ${name}`),
		`TRAMPOLINES ${slots.length + 1}`,
		...slots.map((slot, index) => trampoline(slot, index)),
		`TRAMPOLINE ${slots.length}, 1, ${canary}, ${canary}`,
		...bytesOf([...slots.map(({named}) => named), true]).map(byte => `INTERPRETER_NAMES ${byte}`),
		'TRAMPOLINES_END',
		'',
	].join('\n');
}

/** The linker's version script; null where the interpreter has no versions. */
export function versionScriptOf(slots: readonly SweepSlot[]): string | null {
	const nodes = new Map<string, string[]>();
	for (const {name, version, hidden} of slots) {
		if (version === null) continue;
		const names = nodes.get(version) ?? [];
		nodes.set(version, names);
		if (!hidden) names.push(name);
	}
	if (nodes.size === 0) return null;
	const rows = [...nodes].map(([version, names], index) => {
		const local = index === 0 ? ` local: ${labelPrefix}*;` : '';
		const global = names.length === 0 ? '' : ` global: ${names.map(name => `"${name}";`).join(' ')}`;
		return `${version} {${global}${local} };\n`;
	});
	return rows.join('');
}

/** Of the labels that stand for older versions; the version script takes them out of what is exported. */
const labelPrefix = 'pyinterpose_versioned_';

/** What is no macro, and no word of the preprocessor's own. */
const definable = /^(?!defined$|__VA_|__has_)[A-Za-z_]\w*$/;

function trampoline({name, version, hidden, named}: SweepSlot, index: number): string {
	const first = `TRAMPOLINE ${index}, ${named ? 1 : 0}`;
	if (!hidden) return `${first}, ${name}, ${name}`;
	const label = `${labelPrefix}${index}`;
	return `.symver ${label}, ${name}@${version}\n${first}, ${label}, ${name}, ${version}`;
}

function bytesOf(bits: readonly boolean[]): number[] {
	return Array.from({length: Math.ceil(bits.length / 8)}, (_, byte) =>
		bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, index) => sum + (bit ? 1 << index : 0), 0),
	);
}
