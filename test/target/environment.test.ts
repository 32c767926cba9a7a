/** This file tests what of our own environment reaches a target, and what reaches a wrapper. */

import test from 'ava';
import {environmentFindings, targetEnvironment, wrapperEnvironment} from '../../src/target/environment.js';

const ours = {
	HOME: '/home/me',
	PATH: '/usr/bin',
	LD_LIBRARY_PATH: '/opt/lib',
	LD_PRELOAD: '/opt/shim.so',
	LD_AUDIT: '/opt/audit.so',
	LD_BIND_NOW: '1',
	PYTHONHOME: '/opt',
	PYTHONMALLOC: 'malloc',
	PYENV_VERSION: '3.11.7',
	LANG: 'de_DE.UTF-8',
	UNSET: undefined,
};

test('a target gets what it needs to find itself, and one language', t => {
	t.deepEqual(targetEnvironment(ours), {
		HOME: '/home/me',
		LD_LIBRARY_PATH: '/opt/lib',
		PATH: '/usr/bin',
		LANG: 'C.UTF-8',
	});
});

test('a wrapper gets all that may steer it, but nothing that would be preloaded or read by Python', t => {
	t.deepEqual(wrapperEnvironment(ours), {
		HOME: '/home/me',
		PATH: '/usr/bin',
		LD_LIBRARY_PATH: '/opt/lib',
		LD_BIND_NOW: '1',
		PYENV_VERSION: '3.11.7',
		LANG: 'de_DE.UTF-8',
	});
});

test('what is left out and would have changed the test is a finding', t => {
	t.deepEqual(
		environmentFindings(ours).map(({message}) => message),
		[
			'The environment carries LD_AUDIT=/opt/audit.so; it is left out of the test.',
			'The environment carries LD_PRELOAD=/opt/shim.so; it is left out of the test.',
		],
	);
});

test('an environment that preloads nothing gives no finding', t => {
	t.deepEqual(environmentFindings({PATH: '/usr/bin', LD_PRELOAD: ''}), []);
});
