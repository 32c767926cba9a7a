/** This file tells whether the command's modules were joined into one file (scripts/one-file). */

export function isJoined(): boolean {
	return !import.meta.filename.endsWith('/src/process/joined.js');
}
