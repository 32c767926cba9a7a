/** This file knows archives by their names. */

export type ArchiveForm = 'ar' | 'conda' | 'rpm' | 'tar' | 'zip';

/** Null for what is no archive that is read. */
export function archiveForm(path: string): ArchiveForm | null {
	return forms.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

const forms: readonly (readonly [RegExp, ArchiveForm])[] = [
	[/\.(deb|udeb|ddeb)$/, 'ar'],
	[/\.rpm$/, 'rpm'],
	[/\.conda$/, 'conda'],
	[/\.(whl|zip|egg)$/, 'zip'],
	[/\.(tar|tar\.(gz|xz|zst|bz2|lzma)|tgz|txz|tbz2?|tzst)$/, 'tar'],
];
