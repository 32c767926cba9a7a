/** This file shows that an audit of what it cannot watch is refused in one sentence, not answered. */

import {mustBeWatchable} from '../../src/gather/audit/refusal.js';
import {cli} from '../support/cli.js';
import {needing, program, x86} from '../support/needs.js';
import {systemPython} from '../support/pythons.js';
import {workshop} from '../support/workshop.js';

const cross = 'aarch64-linux-gnu-gcc';
const source = 'int getuid(void) { return 12; }';
const bare = ['-fPIC', '-shared', '-nostdlib'];
const main = 'int main(void) { return 0; }';

needing(program(cross), x86)('a library for another machine than the Python is refused, with exit status 2', t => {
	const library = workshop(t).compile('arm.so', source, bare, cross);
	const {status, stdout, stderr} = cli(['audit', library, systemPython() ?? 'python3']);
	t.is(status, 2);
	t.is(stdout, '');
	t.regex(stderr, /^pyinterpose: error: \S+arm\.so is built for aarch64, and \S+ for x86_64: the loader ignores it\. /);
});

needing(program(cross))('a Python for another machine than x86-64 is refused', t => {
	const executable = workshop(t).compile('python3', main, [], cross);
	t.throws(() => mustBeWatchable(executable, []), {
		message: `${executable} is built for aarch64, and an audit counts entries on x86-64 only.`,
	});
});

needing(x86)('a Python that runs on musl is refused, and the same on glibc is not', t => {
	const work = workshop(t);
	const musl = work.compile('python3', main, ['-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1']);
	t.throws(() => mustBeWatchable(musl, []), {
		message: `${musl} runs on musl, whose loader tells of no bindings and has no audit modules.`,
	});
	const glibc = work.compile('python4', main);
	const library = work.compile('own.so', source, bare);
	t.notThrows(() => mustBeWatchable(glibc, [library]));
});
