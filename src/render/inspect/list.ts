/** This file shows which Pythons were found, a line each. */

import type {BindingMode} from '../../model/binding.js';
import {byCodeUnit} from '../../model/order.js';
import type {Failure} from '../../model/report.js';
import type {Target} from '../../model/target.js';
import {visible} from '../../model/visible.js';
import {jsonText} from '../json.js';
import {padEnd, widest} from '../text.js';

/** A target with what the static witness says of its interpreter; null where it was not asked. */
export interface Listed {
	readonly target: Target;
	readonly mode: BindingMode | null;
}

export function renderList(listed: readonly Listed[]): string {
	const rows = [heads, ...listed.map(row)];
	const widths = heads.map((_, column) => widest(rows.map(cells => cells[column] ?? '')));
	const lines = rows.map(cells => cells.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join('  '));
	return lines.map(line => `${line.trimEnd()}\n`).join('');
}

export function renderListJson(listed: readonly Listed[], failures: readonly Failure[]): string {
	const targets = listed.map(entry).sort((one, other) => byCodeUnit(one.id, other.id));
	return jsonText({schema: 1, targets, failures});
}

/** Enough to tell builds apart on a line; the JSON has them all. */
const buildIdDigits = 16;

const heads = ['ID', 'VERSION', 'LINKAGE', 'BINDING', 'BUILD-ID', 'PATH'] as const;

function row({target, mode}: Listed): string[] {
	const {id, python, interpreter} = target;
	return [
		id,
		python.version,
		interpreter.linkage,
		mode ?? '-',
		interpreter.buildId?.slice(0, buildIdDigits) ?? '-',
		path(target),
	].map(visible);
}

/** What the user would name to test it. */
function path({start}: Target): string {
	switch (start.kind) {
		case 'interpreter':
			return start.executable;
		case 'library':
			return start.library;
	}
}

function entry({target, mode}: Listed) {
	const {id, python, interpreter, ctypes, findings} = target;
	return {id, path: path(target), kind: target.start.kind, python, interpreter, binding: mode, ctypes, findings};
}
