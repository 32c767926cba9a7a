/** This file shows that a dynamic relocation for a distance names its function as one for an address does. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {objectEvidence} from '../../src/binding/evidence.js';
import {readElf} from '../../src/elf/elf.js';
import {needing, program, x86} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const source = `
__asm__(".data\\n distance: .quad named - .\\n .text");
int named(void) { return 1; }
int other(void) { return 2; }
`;

needing(
	x86,
	program('gcc'),
	program('readelf'),
)('a word that holds the distance to a function is a preemptible address of it, as readelf shows', async t => {
	const library = workshop(t).compile('lib.so', source, ['-shared', '-fPIC', '-O2'], 'gcc');
	t.regex(execFileSync('readelf', ['-rW', library], {encoding: 'utf8'}), /R_X86_64_PC64 .* named /);
	const {functions} = await objectEvidence(readElf(readFileSync(library)));
	const addresses = (name: string) => functions.find(one => one.function.name === name)?.addresses;
	t.deepEqual(addresses('named'), {preemptible: 1, bound: 0});
	t.deepEqual(addresses('other'), {preemptible: 0, bound: 0});
});
