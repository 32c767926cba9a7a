/** This file gives each build of a report the shortest name that tells it from the others: `3.11 static`. */

import {byCodeUnit} from '../../model/order.js';
import type {TargetReport} from '../../model/report.js';

/** In the order of the targets. */
export function buildNames(targets: readonly TargetReport[]): readonly string[] {
	const forms: readonly ((target: TargetReport) => string)[] = [
		target => `${series(target)} ${traits(target)}`,
		target => `${target.python.version} ${traits(target)}`,
		target => `${target.python.version} ${traits(target)} ${target.binding.mode}`,
		target => `${target.python.version} ${traits(target)} ${target.interpreter.buildId?.slice(0, 8) ?? ''}`.trim(),
		({id}) => id,
	];
	return targets.map(target => {
		const tells = (form: (one: TargetReport) => string) =>
			targets.every(other => other === target || form(other) !== form(target));
		return (forms.find(tells) ?? (({id}: TargetReport) => id))(target);
	});
}

/** `CPython 3.13.0 (debug, free-threaded, shared)`. */
export function buildName(target: TargetReport): string {
	const {implementation, version} = target.python;
	return `${implementation.toLowerCase() === 'cpython' ? 'CPython' : implementation} ${version} (${traits(target).replaceAll(' ', ', ')})`;
}

/** `3.11` of `3.11.2`. */
function series({python}: TargetReport): string {
	return /^\d+\.\d+/.exec(python.version)?.[0] ?? python.version;
}

function traits({python, interpreter}: TargetReport): string {
	return [
		...(python.debug ? ['debug'] : []),
		...(python.freeThreaded ? ['free-threaded'] : []),
		interpreter.linkage,
	].join(' ');
}

/** 3.9 before 3.10. */
export function byVersion(a: TargetReport, b: TargetReport): number {
	const [m, n] = [a, b].map(({python}) => (python.version.match(/\d+/g) ?? []).map(Number));
	const at = [0, 1, 2].find(part => m?.[part] !== n?.[part]) ?? 0;
	return (m?.[at] ?? 0) - (n?.[at] ?? 0) || byCodeUnit(a.id, b.id);
}
