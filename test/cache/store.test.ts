/** This file tests what the cache gives back: what is whole, ours, and was asked for; and what it throws away. */

import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {clear, inventory} from '../../src/cache/inventory.js';
import {longest, most, prune} from '../../src/cache/prune.js';
import {openStore, unseal} from '../../src/cache/store.js';
import {needing, superuser} from '../support/needs.js';
import {workshop} from '../support/workshop.js';

const content = Buffer.from('what was kept');

function filled(t: ExecutionContext) {
	const {folder} = workshop(t);
	const env = {XDG_CACHE_HOME: folder};
	openStore(env, 'entries').set('key', content);
	const home = join(folder, 'pyinterpose');
	return {
		env,
		home,
		folder: join(home, 'entries'),
		file: join(home, 'entries', 'key.kept'),
		get: (key = 'key') => openStore(env, 'entries').get(key),
	};
}

test('what was kept is given back, under its key and its kind alone', t => {
	const {env, get} = filled(t);
	t.deepEqual(get(), content);
	t.is(get('other'), undefined);
	t.is(openStore(env, 'inspect').get('key'), undefined);
});

test('folders and files are closed to everybody else', t => {
	const {home, folder, file} = filled(t);
	t.deepEqual(
		[home, folder, file].map(path => statSync(path).mode & 0o777),
		[0o700, 0o700, 0o600],
	);
});

const notGiven = test.macro({
	exec(t, harm: (place: ReturnType<typeof filled>) => void) {
		const place = filled(t);
		t.deepEqual(place.get(), content, 'the control');
		harm(place);
		t.is(place.get(), undefined);
		openStore(place.env, 'entries').set('key', content);
		t.deepEqual(place.get(), content, 'made anew');
	},
	title: (title = '') => `${title} is not given back, and made anew`,
});

test('an emptied file', notGiven, ({file}) => truncateSync(file, 0));
test('a truncated file', notGiven, ({file}) => truncateSync(file, statSync(file).size - 1));
test('a longer file', notGiven, ({file}) => writeFileSync(file, 'x', {flag: 'a'}));
test('a file of another shape', notGiven, ({file}) => writeFileSync(file, '{"stamp":"","value":{}}'));
test('a file that others may write to', notGiven, ({file}) => chmodSync(file, 0o620));
test('a file in a folder that others could write to', notGiven, ({folder}) => chmodSync(folder, 0o770));
test('a file below a folder that others could write to', notGiven, ({home}) => chmodSync(home, 0o777));
test('a file that was kept under another key', notGiven, ({env, folder, file}) => {
	openStore(env, 'entries').set('else', Buffer.from('something else'));
	renameSync(join(folder, 'else.kept'), file);
});
test('a link to a good file', notGiven, ({folder, file}) => {
	renameSync(file, join(folder, 'elsewhere'));
});

test('each single bit flipped is found', t => {
	const {file} = filled(t);
	const whole = readFileSync(file);
	t.deepEqual(unseal('key', whole), content);
	for (let bit = 0; bit < 8 * whole.length; bit += 1) {
		const flipped = Buffer.from(whole);
		flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
		t.is(unseal('key', flipped), undefined, `bit ${bit}`);
	}
});

const asRoot = needing(superuser);
for (const level of ['home', 'folder', 'base'] as const) {
	asRoot(`a cache whose ${level} belongs to somebody else is neither read nor written`, t => {
		const {env, home, folder, get} = filled(t);
		chownSync({home, folder, base: env.XDG_CACHE_HOME}[level], 65534, 65534);
		t.is(get(), undefined);
		openStore(env, 'entries').set('new', content);
		t.false(existsSync(join(folder, 'new.kept')));
		t.regex(inventory(env)[0]?.refused ?? '', /belongs to user 65534$/);
	});
}

test('a link in the place of the folder is not followed', t => {
	const {env, home, folder, get} = filled(t);
	renameSync(folder, join(home, 'away'));
	t.is(get(), undefined);
	openStore(env, 'entries').set('new', content);
	t.deepEqual(readdirSync(join(home, 'away')), ['key.kept']);
});

test('without XDG_CACHE_HOME and HOME, and with a relative one, there is no cache', t => {
	for (const env of [{}, {HOME: 'here'}, {XDG_CACHE_HOME: 'here'}]) {
		openStore(env, 'entries').set('key', content);
		t.is(openStore(env, 'entries').get('key'), undefined);
	}
	t.false(existsSync('here'));
});

test('what nobody used for long goes, and what was used stays', t => {
	const {folder, file, env} = filled(t);
	const now = Date.now();
	const aged = (name: string, age: number) => {
		writeFileSync(join(folder, name), '');
		utimesSync(join(folder, name), (now - age) / 1000, (now - age) / 1000);
	};
	aged('old.kept', longest + 1000);
	aged('young.kept', longest - 1000);
	aged('.abandoned', 25 * 60 * 60 * 1000);
	aged('.draft', 1000);
	prune(folder, now);
	t.deepEqual(readdirSync(folder).sort(), ['.draft', 'key.kept', 'young.kept']);
	utimesSync(file, (now - longest) / 1000, (now - longest) / 1000);
	openStore(env, 'entries').get('key');
	prune(folder, now + 1000);
	t.true(existsSync(file), 'what is read is used');
});

test('what is too much goes, the longest unused first', t => {
	const {folder} = filled(t);
	const now = Date.now();
	for (let index = 0; index < most.files + 5; index += 1) {
		const path = join(folder, `${index}.kept`);
		writeFileSync(path, '');
		utimesSync(path, now / 1000 - index - 1, now / 1000 - index - 1);
	}
	prune(folder, now);
	const left = new Set(readdirSync(folder));
	t.is(left.size, most.files);
	t.true(left.has('0.kept'));
	t.false(left.has(`${most.files + 4}.kept`));
});

test('so many bytes are kept, and no more', t => {
	const {folder} = filled(t);
	for (const [index, name] of ['a', 'b', 'c'].entries()) {
		writeFileSync(join(folder, name), '');
		truncateSync(join(folder, name), most.bytes / 2);
		utimesSync(join(folder, name), 2_000_000_000 + index, 2_000_000_000 + index);
	}
	prune(folder, 2_000_000_100_000);
	t.deepEqual(readdirSync(folder).sort(), ['b', 'c']);
});

test('the cache is shown and cleared, and nothing beside it', t => {
	const {env, home, folder} = filled(t);
	mkdirSync(join(home, 'lab'));
	t.deepEqual(
		inventory(env).map(({kind, files, refused}) => [kind, files, refused]),
		[
			['entries', 1, null],
			['inspect', 0, null],
			['probes', 0, null],
			['shims', 0, null],
		],
	);
	t.deepEqual(
		clear(env).map(({path}) => path),
		[join(folder, 'key.kept')],
	);
	t.is(inventory(env)[0]?.files, 0);
	t.true(existsSync(join(home, 'lab')));
});
