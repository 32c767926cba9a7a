/** This file shows that flags become the command lines meant, and that an older CPython is refused what it lacks. */

import test from 'ava';
import {digestOf, type RecipeRequest, recipeOf} from '../../src/lab/recipe.js';

const help = `
  --enable-shared         enable building a shared Python library
  --disable-test-modules  don't build nor install test modules
  --with-lto=[full|thin|no|yes]
  --with-ensurepip[=install|upgrade|no]
  --enable-optimizations  enable expensive, stable optimizations
`;
const request: RecipeRequest = {name: 'x', flags: ['shared', 'nsi'], version: '3.11.2', quick: true, help};

test('flags become arguments of configure, CFLAGS and LDFLAGS', t => {
	const recipe = recipeOf(request);
	t.deepEqual(recipe.configure, ['--enable-shared', '--with-ensurepip=no', '--disable-test-modules']);
	t.deepEqual(recipe.cflags, ['-fno-semantic-interposition']);
	t.deepEqual(recipe.ldflags, ['-fno-semantic-interposition']);
});

test('a quick build leaves extension modules out, a whole one none', t => {
	t.regex(recipeOf(request).setup, /^\*disabled\*\n.*_sqlite3/);
	t.is(recipeOf({...request, quick: false}).setup, '');
});

test('a quick profile takes few tests, a whole one all that CPython has', t => {
	t.regex(recipeOf({...request, flags: ['shared', 'optimizations']}).make.join(), /^PROFILE_TASK=-m test --pgo test_/);
	t.deepEqual(recipeOf({...request, flags: ['shared', 'optimizations'], quick: false}).make, []);
});

test('semantic interposition is kept in a profiled build by what make is given, after what configure adds', t => {
	const {cflags, make} = recipeOf({...request, flags: ['shared', 'optimizations', 'lto', 'si']});
	t.deepEqual(cflags, []);
	t.deepEqual(make.slice(1), ['CFLAGS_NODIST=-fsemantic-interposition', 'LDFLAGS_NODIST=-fsemantic-interposition']);
	t.deepEqual(recipeOf({...request, flags: ['shared', 'si']}).make.length, 2);
});

test('an option of convenience that an older CPython lacks is left out', t => {
	const older = help.replace(/.*disable-test-modules.*\n/, '');
	t.false(recipeOf({...request, help: older}).configure.includes('--disable-test-modules'));
});

test('an option that makes the variant and that an older CPython lacks is refused in a sentence', t => {
	const error = t.throws(() => recipeOf({...request, name: 'free-threaded', flags: ['shared', 'free-threading']}));
	t.is(
		error.message,
		'free-threaded cannot be built from CPython 3.11.2: no --disable-gil; CPython 3.13 is the first that has it.',
	);
});

test('a longer option does not stand for a shorter one', t => {
	const longer = help.replace('--with-lto=', '--with-lto-cache=');
	t.throws(() => recipeOf({...request, flags: ['shared', 'lto'], help: longer}), {message: /no --with-lto/});
});

test('another flag, another source and another compiler are another build; the same are the same', t => {
	const digest = digestOf(recipeOf(request), ['source', 'gcc 12']);
	t.is(digest, digestOf(recipeOf(request), ['source', 'gcc 12']));
	t.not(digest, digestOf(recipeOf({...request, flags: ['shared']}), ['source', 'gcc 12']));
	t.not(digest, digestOf(recipeOf({...request, quick: false}), ['source', 'gcc 12']));
	t.not(digest, digestOf(recipeOf(request), ['other', 'gcc 12']));
	t.not(digest, digestOf(recipeOf(request), ['source', 'gcc 13']));
});
