/** This file reads notes: the build-id, and what compilers and annobin leave behind. */

import {NT_GNU_BUILD_ID} from './abi.js';
import type {Bytes} from './bytes.js';
import type {Segment} from './segments.js';

export interface Note {
	readonly owner: string;
	readonly type: number;
	readonly description: Uint8Array;
}

/** In lower-case hexadecimal digits. */
export function readBuildId(bytes: Bytes, segments: readonly Segment[]): string | null {
	for (const {type, offset, fileSize, align} of segments) {
		if (type !== 'note') continue;
		const note = readNotes(bytes, offset, fileSize, align).find(
			({owner, type}) => owner === 'GNU' && type === NT_GNU_BUILD_ID,
		);
		if (note !== undefined && note.description.length > 0) return Buffer.from(note.description).toString('hex');
	}
	return null;
}

/** The notes of a segment or section; what follows a note that does not fit is left out. */
export function readNotes(bytes: Bytes, offset: number, size: number, align: number): readonly Note[] {
	bytes.need(offset, size, 'note');
	const unit = align === 8 ? 8 : 4;
	const end = offset + size;
	const notes: Note[] = [];
	for (let at = offset; at + 12 <= end; ) {
		const [nameSize, descriptionSize] = [bytes.u32(at), bytes.u32(at + 4)];
		const description = at + up(12 + nameSize, unit);
		if (description + descriptionSize > end) break;
		notes.push({
			owner: Buffer.from(bytes.slice(at + 12, nameSize, 'note'))
				.toString('latin1')
				.replace(/\0.*$/s, ''),
			type: bytes.u32(at + 8),
			description: bytes.slice(description, descriptionSize, 'note'),
		});
		at = description + up(descriptionSize, unit);
	}
	return notes;
}

function up(size: number, unit: number): number {
	return Math.ceil(size / unit) * unit;
}
