/** This file compares what a sweep counts with what callgrind sees of the same process: equal to the call, for every function. */

import test from 'ava';
import {valgrind} from '../../support/callgrind.js';
import {file, needing} from '../../support/needs.js';
import {python} from '../../support/python.js';
import {systemLibpythons} from '../../support/pythons.js';
import {sum} from '../../support/sum.js';
import {sweptUnderCallgrind} from '../../support/swept-under-callgrind.js';
import {workshop} from '../../support/workshop.js';

const agrees = test.macro(async (t, name: string) => {
	const {id, functions} = await sweptUnderCallgrind(name, workshop(t).folder);
	t.deepEqual(
		functions.map(({symbol, honored, bypassed}) => `${symbol}: ${honored} honored, ${bypassed} bypassed`),
		functions.map(({symbol, ran, entered}) => `${symbol}: ${ran} honored, ${entered} bypassed`),
	);
	t.true(functions.length >= 30, 'too few functions are called to compare');
	const all = (of: 'honored' | 'bypassed') => sum(functions.map(one => one[of]));
	t.log(`${id}: ${functions.length} functions, ${all('honored')} honored, ${all('bypassed')} bypassed`);
});

needing(valgrind).serial("honored and bypassed calls equal callgrind's, on the machine's python3", agrees, python);
const library = systemLibpythons()[0];
needing(valgrind, file(library, 'a libpython')).serial(
	"honored and bypassed calls equal callgrind's, on a system's libpython",
	agrees,
	library ?? '',
);
