/** This file knows archives by their names. */

export type ArchiveForm = 'ar' | 'conda' | 'rpm' | 'tar' | 'zip';

/** Null for what is no archive that is read. */
export function archiveForm(path: string): ArchiveForm | null {
	const extension = path.slice(path.lastIndexOf('.'));
	if (packers.has(extension)) return path.endsWith(`.tar${extension}`) ? 'tar' : null;
	return forms.get(extension) ?? null;
}

const packers: ReadonlySet<string> = new Set(['.gz', '.xz', '.zst', '.bz2', '.lzma']);

const extensions = {
	ar: ['.deb', '.udeb', '.ddeb'],
	rpm: ['.rpm'],
	conda: ['.conda'],
	zip: ['.whl', '.zip', '.egg'],
	tar: ['.tar', '.tgz', '.txz', '.tbz', '.tbz2', '.tzst'],
} as const satisfies Record<ArchiveForm, readonly string[]>;

const forms: ReadonlyMap<string, ArchiveForm> = new Map(
	Object.entries(extensions).flatMap(([form, own]) => own.map(extension => [extension, form as ArchiveForm])),
);
