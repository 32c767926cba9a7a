/** This file shows how text is measured and wrapped: by the cells that it takes on a terminal. */

import test from 'ava';
import {hang, width} from '../../src/render/text.js';

const red = (text: string) => `\u001b[31m${text}\u001b[0m`;

test('colours take no cell, wide characters two, marks that combine none', t => {
	t.is(width(red('✗')), 1);
	t.is(width(`${red('abc')} ${red('de')}`), 6);
	t.is(width('漢字'), 4);
	t.is(width('e\u0301'), 1);
});

test('what hangs behind a coloured head wraps as behind a plain one', t => {
	const text = 'one two three four five six';
	const plain = hang(text, 14, '✗ name  ');
	const [first = '', ...rest] = hang(text, 14, `${red('✗')} name  `);
	t.deepEqual([first.replace(red('✗'), '✗'), ...rest], plain);
	t.true(plain.length > 3 && plain.every(line => width(line) <= 14));
});
