/** This file writes the source of a generated shim: its trampolines in assembly, and the versions of its symbols. */

import type {SweepSlot} from './slots.js';

export const canary = 'pyinterpose_canary_sweep';

/** The CPUs that native/sweep has a trampoline for, as `uname -m` names them. */
export const machines: ReadonlySet<string> = new Set(['x86_64', 'aarch64']);

/** The source; to be preprocessed, with native/sweep among the folders of headers. */
export function assemblyOf(slots: readonly SweepSlot[], machine: string): string {
	return [
		`#include "trampoline-${machine}.S"`,
		`TRAMPOLINES ${slots.length + 1}`,
		...slots.map((slot, index) => trampoline(slot, index)),
		`TRAMPOLINE ${slots.length}, ${canary}, ${canary}`,
		'TRAMPOLINES_END',
		'',
	].join('\n');
}

/** The linker's version script; null where the core has no versions. */
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
		const global = names.length === 0 ? '' : ` global: ${names.map(name => `${name};`).join(' ')}`;
		return `${version} {${global}${local} };\n`;
	});
	return rows.join('');
}

/** Of the labels that stand for older versions; the version script takes them out of what is exported. */
const labelPrefix = 'pyinterpose_versioned_';

function trampoline({name, version, hidden}: SweepSlot, index: number): string {
	if (!hidden) return `TRAMPOLINE ${index}, ${name}, ${name}`;
	const label = `${labelPrefix}${index}`;
	return `.symver ${label}, ${name}@${version}\nTRAMPOLINE ${index}, ${label}, ${name}, ${version}`;
}
