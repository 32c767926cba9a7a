/** This file defines what `doctor` finds: what would make the loader ignore a preload here; schema/doctor.schema.json says the same. */

export interface DoctorReport {
	readonly schema: 1;
	readonly kind: 'doctor';
	readonly tool: {readonly name: 'pyinterpose'; readonly version: string};
	/** In the order in which they were tried: the machine, then each target and the libraries in it. */
	readonly findings: readonly DoctorFinding[];
}

export const doctorOutcomes = ['ignored', 'unknown', 'note', 'fine'] as const;
/** `ignored`: a preload would be, in whole or for some calls. `note`: worth knowing, and no harm. */
export type DoctorOutcome = (typeof doctorOutcomes)[number];

/** What can be found, with what that means for a preload. */
export const doctorKinds = {
	reached: 'fine',
	'wrapper-drops': 'ignored',
	'wrapper-keeps': 'fine',
	static: 'ignored',
	'other-libc': 'ignored',
	'set-user-id': 'ignored',
	secure: 'ignored',
	unreached: 'ignored',
	mute: 'unknown',
	deepbind: 'ignored',
	'no-deepbind': 'fine',
	'library-loaded': 'fine',
	'library-missing': 'ignored',
	'library-path': 'ignored',
	'library-machine': 'ignored',
	'library-no-object': 'ignored',
	'library-noexec': 'ignored',
	'library-needs': 'ignored',
	'library-ignored': 'ignored',
	'system-preload': 'note',
	'no-system-preload': 'fine',
	'no-temporary-folder': 'ignored',
	'temporary-folder': 'fine',
} as const satisfies Readonly<Record<string, DoctorOutcome>>;
export type DoctorKind = keyof typeof doctorKinds;

export interface DoctorFinding {
	readonly kind: DoctorKind;
	readonly outcome: DoctorOutcome;
	/** The program, library or file that it is about. */
	readonly subject: string;
	/** The program that a library was tried in, the ELF file behind a wrapper, or null. */
	readonly inside: string | null;
	/** What was seen: the loader's words, names of objects. */
	readonly seen: string | null;
}
