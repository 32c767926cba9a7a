/** This file holds the inlined copies that we read to those that readelf shows of the same file. */

import {execFileSync} from 'node:child_process';
import {cpSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {inlinedCopies} from '../../src/dwarf/inlined.js';
import {readElf} from '../../src/elf/elf.js';
import {ElfError} from '../../src/errors.js';
import {findDebugInformation} from '../../src/object/debug-files.js';
import {debianPython, releaseOf} from '../support/debian-python.js';
import {given, needing, program} from '../support/needs.js';
import {type ShownCopy, shownCopies} from '../support/shown-inlined.js';
import {type Workshop, workshop} from '../support/workshop.js';

/** Copies within copies, one in a part that is seldom run, and one in a loop. */
const one = `
extern void seldom(int) __attribute__((cold));
int answer(int question) { return question * 6 + 7; }
int often(int question) { if (__builtin_expect(question < 0, 0)) seldom(answer(question)); return answer(question) ^ 3; }
int twice(int *some, int count) { int sum = 0; for (int n = 0; n < count; n++) sum += often(some[n]); return sum; }
`;
const other = `
int answer(int);
int often(int);
void seldom(int question) { volatile int x = question; (void)x; }
int last(int question) { return answer(question) + often(question + 1); }
`;

interface Made {
	readonly work: Workshop;
	readonly path: string;
}

function make(t: ExecutionContext, flags: readonly string[], compiler = 'cc'): Made {
	const work = workshop(t);
	const second = work.file('other.c', other);
	const all = ['-shared', '-fPIC', '-O2', '-fno-semantic-interposition', '-Wl,--build-id', ...flags, second];
	return {work, path: work.compile('libanswer.so', one, all, compiler)};
}

function read(path: string, env = {}) {
	const found = findDebugInformation(path, env);
	if (found.kind === 'missing') throw new Error(found.reason);
	const {copies} = inlinedCopies(found.open());
	return copies.map(({function: {name, external}, entry}) => ({name: name ?? '', external, entry}));
}

/** Readelf shows no entry where there are ranges alone. */
function isAsShown(t: ExecutionContext, copies: readonly ShownCopy[], shown: readonly ShownCopy[]): void {
	t.true(shown.length > 0);
	const lines = (some: readonly ShownCopy[]) =>
		some
			.map(({name, external, entry}, index) => [name, external, shown[index]?.entry == null ? '' : entry].join(' '))
			.join('\n');
	// Not by deepEqual: there may be tens of thousands.
	if (lines(copies) !== lines(shown)) t.is(lines(copies), lines(shown));
}

const readsAsShown = test.macro<[flags: readonly string[], compiler?: string]>({
	async exec(t, flags, compiler = 'cc') {
		const {path} = make(t, flags, compiler);
		isAsShown(t, read(path), await shownCopies(path));
	},
	title: (_, flags, compiler = 'cc') => `${compiler} ${flags.join(' ')}: the copies are those that readelf shows`,
});

test(readsAsShown, ['-gdwarf-2', '-gstrict-dwarf']);
test(readsAsShown, ['-gdwarf-3']);
test(readsAsShown, ['-gdwarf-4']);
test(readsAsShown, ['-gdwarf-5']);
test(readsAsShown, ['-gdwarf-5', '-gdwarf64']);
test(readsAsShown, ['-gdwarf-4', '-gdwarf64']);
test(readsAsShown, ['-g', '-gz=zlib']);
test(readsAsShown, ['-g', '-gz=zlib-gnu']);
test(readsAsShown, ['-g', '-flto']);
test(readsAsShown, ['-g', '-O3', '-fdebug-types-section']);
test(readsAsShown, ['-g', '-m32', '-nostdlib']);
const withClang = needing(program('clang'));
withClang(readsAsShown, ['-gdwarf-4'], 'clang');
withClang(readsAsShown, ['-gdwarf-5'], 'clang');
withClang(readsAsShown, ['-gdwarf-5', '-O3'], 'clang');

test('without inlining there are no copies', t => {
	t.deepEqual(read(make(t, ['-g', '-fno-inline']).path), []);
});

test('a copy within a copy is known to be inside it, and the function that has both', t => {
	const found = findDebugInformation(make(t, ['-g']).path, {});
	t.is(found.kind, 'found');
	const {copies} = inlinedCopies((found as Extract<typeof found, {kind: 'found'}>).open());
	const nested = copies.filter(({within, inside}) => within?.function.name === 'twice' && inside !== null);
	t.true(nested.length > 0);
	for (const {
		function: {name},
		inside,
	} of nested)
		t.deepEqual([name, inside?.function.name], ['answer', 'often']);
	for (const {entry, ranges} of copies) t.true(entry !== null && ranges.length > 0);
});

test('split off, it is found by the debug link beside the file, in .debug, and by the build-id in debuginfod’s cache', async t => {
	const {work, path} = make(t, ['-g']);
	const debug = join(work.folder, 'libanswer.debug');
	execFileSync('objcopy', ['--only-keep-debug', path, debug]);
	execFileSync('objcopy', ['--strip-debug', `--add-gnu-debuglink=${debug}`, path]);
	const shown = await shownCopies(debug);
	isAsShown(t, read(path), shown);
	work.file('.debug/libanswer.debug', readFileSync(debug));
	rmSync(debug);
	isAsShown(t, read(path), shown);
	const buildId = readElf(readFileSync(path)).buildId ?? '';
	work.file(`cache/${buildId}/debuginfo`, readFileSync(join(work.folder, '.debug/libanswer.debug')));
	rmSync(join(work.folder, '.debug'), {recursive: true});
	isAsShown(t, read(path, {DEBUGINFOD_CACHE_PATH: join(work.folder, 'cache')}), shown);
	work.file(
		`home/.cache/debuginfod_client/${buildId}/debuginfo`,
		readFileSync(join(work.folder, `cache/${buildId}/debuginfo`)),
	);
	isAsShown(t, read(path, {HOME: join(work.folder, 'home')}), shown);
	t.like(findDebugInformation(path, {}), {
		kind: 'missing',
		reason: `it has no debug information, and no file for its build-id ${buildId} is installed`,
	});
});

test('a file of another build is refused, with both reasons why it is looked at', t => {
	const {work, path} = make(t, ['-g']);
	const debug = join(work.folder, 'libanswer.debug');
	execFileSync('objcopy', ['--only-keep-debug', path, debug]);
	execFileSync('objcopy', ['--strip-debug', `--add-gnu-debuglink=${debug}`, path]);
	cpSync(make(t, ['-g', '-O3']).path, debug);
	const found = findDebugInformation(path, {});
	t.is(found.kind, 'missing');
	t.regex(
		(found as {readonly reason: string}).reason,
		/libanswer\.debug is of another build \(build-id [0-9a-f]{40}\)$/,
	);
});

needing(program('aarch64-linux-gnu-gcc'))(readsAsShown, ['-g'], 'aarch64-linux-gnu-gcc');

const withDwz = needing(program('dwz'));
for (const flags of [['-gdwarf-4'], ['-gdwarf-5']]) {
	withDwz(`${flags}: what dwz moved to a file shared by several is read there`, async t => {
		const {work, path} = make(t, flags);
		const second = join(work.folder, 'second.so');
		cpSync(make(t, flags).path, second);
		const shared = join(work.folder, 'shared.debug');
		execFileSync('dwz', ['-m', shared, '-M', shared, path, second], {stdio: 'pipe'});
		isAsShown(t, read(path), await shownCopies(path, shared));
		rmSync(shared);
		const found = findDebugInformation(path, {});
		const {copies, unresolved} = inlinedCopies((found as Extract<typeof found, {kind: 'found'}>).open());
		t.is(unresolved + copies.length, (await shownCopies(path)).length);
	});
}

test('split DWARF is said to be elsewhere', t => {
	const {path} = make(t, ['-g', '-gsplit-dwarf']);
	const found = findDebugInformation(path, {});
	const {copies, split} = inlinedCopies((found as Extract<typeof found, {kind: 'found'}>).open());
	t.deepEqual([copies.length, split], [0, true]);
});

test('a section that zstd compressed is read where Node can, and refused with the way out where it cannot', t => {
	const {path} = make(t, ['-g', '-gz=zlib']);
	const bytes = readFileSync(path);
	const section = readElf(bytes).sections.find(({name}) => name === '.debug_info');
	bytes.writeUInt32LE(2, section?.offset ?? 0); // ELFCOMPRESS_ZSTD
	const changed = workshop(t).file('zstd.so', bytes);
	const error = t.throws(() => read(changed), {instanceOf: ElfError});
	t.regex(error.message, /\.debug_info (is compressed by zstd, which Node [\d.]+ cannot read|cannot be inflated)/);
});

/** Of Debian 12 python3.11, of Debian 13 python3.13. */
const debian = debianPython();
const ofDebian = debian === null ? null : findDebugInformation(debian, {});
needing(given(ofDebian?.kind === 'found', "the debug information of Debian's Python (python3.11-dbg)"))(
	'all inlined copies of Debian’s own Python are those that readelf shows',
	async t => {
		t.timeout(600_000);
		const [path = ''] = ofDebian?.kind === 'found' ? ofDebian.paths : [];
		const shown = await shownCopies(path);
		isAsShown(t, read(debian ?? ''), shown);
		const known = shown.filter(({name}) => name === 'PyErr_Occurred').length;
		if (releaseOf(debian ?? '') === '3.11.2') t.is(known, 60);
		else t.true(known > 0);
	},
);
