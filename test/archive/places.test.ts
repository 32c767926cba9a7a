/** This file tests where the members of an archive lie once links are followed. */

import test from 'ava';
import {placeIn} from '../../src/archive/places.js';

const lies = test.macro<[Readonly<Record<string, string>>, string, string | null]>((t, links, name, place) => {
	t.is(placeIn(new Map(Object.entries(links)), name), place);
});

test('a name without links lies where it says', lies, {}, './usr//lib/a', 'usr/lib/a');
test('a link to a folder is followed on the way', lies, {lib: 'usr/lib'}, 'lib/a', 'usr/lib/a');
test("an absolute link leads from the archive's own root", lies, {'usr/a': '/etc/a'}, 'usr/a', 'etc/a');
test('a relative link leads from the folder that it is in', lies, {'usr/lib/a': '../b'}, 'usr/lib/a', 'usr/b');
test('links are followed one after the other', lies, {a: 'b', b: 'c', c: 'd'}, 'a', 'd');
test('a link that climbs out of the root leads nowhere', lies, {'usr/a': '../../etc'}, 'usr/a', null);
test('one that comes back in after it does, too', lies, {'usr/a': '../../root/etc'}, 'usr/a', null);
test('a folder is left by the way that leads there, not by its name', lies, {'p/q/r': '/', x: 'p/q/r/..'}, 'x', null);
test('a circle leads nowhere', lies, {a: 'b', b: 'a'}, 'a', null);
test('a link to itself leads nowhere', lies, {a: 'a'}, 'a/b', null);
test('the root itself has a place', lies, {'usr/a': '/'}, 'usr/a', '');
