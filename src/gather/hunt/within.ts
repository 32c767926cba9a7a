/** This file puts a name behind its folder's path, where both are known to hold neither '.' nor '..': node:path would look for them, letter by letter. */

export function within(folder: string, name: string): string {
	return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
