/** This file shows how counts and shares are written: rounded down where they are cut, and never to all or nothing. */

import test from 'ava';
import {escapeHtml} from '../../src/render/html-text.js';
import {compact, counted, grouped, percent} from '../../src/render/numbers.js';

const writes = test.macro({
	exec: (t, written: string, expected: string) => t.is(written, expected),
	title: (_ = '', written: string, expected: string) => `${_} is written ${expected}, not otherwise (${written})`,
});

test('999', writes, compact(999), '999');
test('1,290', writes, compact(1290), '1.2k');
test('99,999', writes, compact(99_999), '99k');
test('1,999,999', writes, compact(1_999_999), '1.9M');
test('1,234,567 in full', writes, grouped(1_234_567), '1,234,567');
test('one call', writes, counted(1, 'call'), '1 call');
test('no call', writes, counted(0, 'call'), '0 calls');
test('all of 1,000', writes, percent(1000, 1000), '100%');
test('999 of 1,000', writes, percent(999, 1000), '>99%');
test('1 of 1,000', writes, percent(1, 1000), '<1%');
test('none of 1,000', writes, percent(0, 1000), '0%');
test('half', writes, percent(1, 2), '50%');
test('a tag in a name', writes, escapeHtml('<b>"&'), '&lt;b&gt;&quot;&amp;');
