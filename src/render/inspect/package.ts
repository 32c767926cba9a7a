/** This file sums up what `inspect` found in one package or folder. */

import type {InspectReport} from '../../model/binding.js';
import {visible} from '../../model/visible.js';
import {counted} from '../numbers.js';

export interface InspectedPackage {
	readonly path: string;
	readonly reports: readonly InspectReport[];
	/** Objects that export no function. */
	readonly withoutExports: number;
	readonly failed: number;
}

/** One line. */
export function renderPackage({path, reports, withoutExports, failed}: InspectedPackage): string {
	const functions = reports.reduce((sum, {binding}) => sum + binding.functions, 0);
	const parts = [
		`${counted(reports.length, 'object')} with ${counted(functions, 'exported function')}`,
		...(withoutExports === 0
			? []
			: [`${counted(withoutExports, 'object')} that ${withoutExports === 1 ? 'exports' : 'export'} none`]),
		...(failed === 0 ? [] : [`${failed} not inspected`]),
	];
	return `${visible(path)}: ${parts.join(', ')}\n`;
}
