/** This file gives each build of a report the shortest name that tells it from the others: `3.11 static`. */

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
