/** This file makes a finding of its kind, which says what it means. */

import {type DoctorFinding, type DoctorKind, doctorKinds} from '../model/doctor.js';

export function finding(
	kind: DoctorKind,
	subject: string,
	{inside = null, seen = null}: Partial<Pick<DoctorFinding, 'inside' | 'seen'>> = {},
): DoctorFinding {
	return {kind, outcome: doctorKinds[kind], subject, inside, seen};
}
