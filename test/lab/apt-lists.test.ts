/** This file shows that apt's lists of packages become lists of their sources, in both forms. */

import test from 'ava';
import {sourceEntries, sourceParagraphs} from '../../src/lab/apt-lists.js';

test('a line for packages becomes one for sources; comments and architectures go', t => {
	t.is(
		sourceEntries(`
# deb http://old.example/debian stable main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian stable main contrib
deb http://mirror.example/debian stable-updates main
deb-src http://mirror.example/debian stable-security main
`),
		`deb-src [signed-by=/k.gpg] http://mirror.example/debian stable main contrib
deb-src http://mirror.example/debian stable-updates main
deb-src http://mirror.example/debian stable-security main
`,
	);
});

test('a paragraph for packages becomes one for sources; those that are off, and those of nothing else, go', t => {
	t.is(
		sourceParagraphs(`Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: stable stable-updates
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian

Types: deb deb-src
URIs: http://both.example/debian
`),
		`Types: deb-src
URIs: http://mirror.example/debian
Suites: stable stable-updates
Components: main

Types: deb-src
URIs: http://both.example/debian
`,
	);
});

test('an empty list gives nothing', t => {
	t.is(sourceEntries('# nothing\n'), '');
	t.is(sourceParagraphs('\n# nothing\n\n'), '');
});
