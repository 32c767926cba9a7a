/** This file lists what the tests of one part must notice: what is asked for, and what hinders a preload. */

import type {Mutant} from '../mutant.js';

export const catalogMutants: readonly Mutant[] = [
	{
		wrong: 'a family is no pattern',
		file: 'src/catalog/select.ts',
		find: '|| (family !== null && matchesGlob(pattern, family))',
		replace: '',
		tests: ['test/catalog/catalog.test.ts'],
	},
	{
		wrong: 'a route that does not exist selects nothing',
		file: 'src/catalog/select.ts',
		find: 'if (!(routes as readonly string[]).includes(name)) {',
		replace: 'if (false) {',
		tests: ['test/catalog/catalog.test.ts'],
	},
	{
		wrong: 'an object that looks in itself first is not seen',
		file: 'src/doctor/scopes.ts',
		find: 'if (first === object && !isProgram',
		replace: 'if (first !== object && !isProgram',
		tests: ['test/doctor/doctor.test.ts'],
	},
];
