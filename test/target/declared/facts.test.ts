/** This file tests what is read of a build's own words, on objects compiled with the switches that leave them. */

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import test, {type ExecutionContext} from 'ava';
import {type Elf, readElf} from '../../../src/elf/elf.js';
import {ElfError} from '../../../src/errors.js';
import type {DeclaredFact} from '../../../src/model/report.js';
import {annobinFacts} from '../../../src/target/declared/annobin.js';
import {buildDetailsFacts} from '../../../src/target/declared/build-details.js';
import {commandLineFacts} from '../../../src/target/declared/command-line.js';
import {readDebugFile} from '../../../src/target/declared/declare.js';
import {producerFacts} from '../../../src/target/declared/producer.js';
import {sysconfigFacts} from '../../../src/target/declared/sysconfig.js';
import {needing, program} from '../../support/needs.js';
import {workshop} from '../../support/workshop.js';

/** Enough of it that compressing its debug information is worth the compiler's while. */
const source = Array.from({length: 50}, (_, n) => `int answer${n}(int question) { return question + ${n}; }`).join(
	'\n',
);

interface Built {
	readonly path: string;
	readonly elf: Elf;
}

function build(t: ExecutionContext, flags: readonly string[], text = source, compiler = 'cc'): Built {
	const path = workshop(t).compile('libanswer.so', text, ['-shared', '-fPIC', ...flags], compiler);
	return {path, elf: readElf(readFileSync(path))};
}

/** The oracle: what readelf shows of the same file. */
function shownByReadelf(path: string): readonly string[] {
	const text = execFileSync('readelf', ['--debug-dump=info', path], {encoding: 'utf8'});
	const values = [...text.matchAll(/DW_AT_producer\s*:\s*(.+?)\s*$/gm)].map(([, value]) => value ?? '');
	return [...new Set(values.map(value => value.replace(/^\((indirect|indexed|alt)[^)]*\): /, '')))];
}

const tellsProducer = test.macro<[flags: readonly string[], compiler?: string]>({
	exec(t, flags, compiler = 'cc') {
		const {path, elf} = build(t, flags, source, compiler);
		const facts = producerFacts(elf);
		t.deepEqual(
			facts.map(({value}) => value),
			shownByReadelf(path),
		);
		t.true(facts.length > 0);
		t.deepEqual([facts[0]?.name, facts[0]?.source], ['DW_AT_producer', 'debug-info']);
	},
	title: (_, flags, compiler = 'cc') => `${compiler} ${flags.join(' ')}: the producer is the one that readelf shows`,
});

test(tellsProducer, ['-g']);
test(tellsProducer, ['-gdwarf-2', '-gstrict-dwarf']);
test(tellsProducer, ['-gdwarf-3']);
test(tellsProducer, ['-gdwarf-4']);
test(tellsProducer, ['-gdwarf-5']);
test(tellsProducer, ['-gdwarf-5', '-gdwarf64']);
test(tellsProducer, ['-g', '-gz=zlib']);
test(tellsProducer, ['-g', '-gz=zlib-gnu']);
test(tellsProducer, ['-g', '-O2', '-fno-semantic-interposition', '-fdebug-types-section']);
test(tellsProducer, ['-g', '-O2', '-flto']);

const testWithClang = needing(program('clang'));
testWithClang(tellsProducer, ['-g'], 'clang');
testWithClang(tellsProducer, ['-gdwarf-4', '-grecord-command-line'], 'clang');
testWithClang(tellsProducer, ['-gdwarf-5', '-grecord-command-line'], 'clang');

test('the producer tells the switches that decide on interposition', t => {
	const {elf} = build(t, ['-g', '-O2', '-fno-semantic-interposition']);
	t.regex(producerFacts(elf)[0]?.value ?? '', /-fno-semantic-interposition/);
});

test('a stripped object declares no producer', t => {
	t.deepEqual(producerFacts(build(t, ['-g', '-s']).elf), []);
});

test('the producer is told from a file of debug information that was split off, of a program too', t => {
	const work = workshop(t);
	const program = work.compile('program', `${source}\nint main(void) { return 0; }`, ['-g']);
	const debug = `${work.folder}/program.debug`;
	execFileSync('objcopy', ['--only-keep-debug', '--compress-debug-sections', program, debug]);
	const facts = producerFacts(readDebugFile(readFileSync(debug)));
	t.deepEqual(
		facts.map(({value}) => value),
		shownByReadelf(program),
	);
});

test('two compilers of one object are two producers', t => {
	const work = workshop(t);
	const one = work.compile('one.o', source, ['-c', '-fPIC', '-g', '-O1']);
	const other = work.compile('other.o', 'int other(void) { return 1; }', ['-c', '-fPIC', '-g', '-O3']);
	const path = work.compile('both.so', '', ['-shared', one, other]);
	const values = producerFacts(readElf(readFileSync(path))).map(({value}) => value);
	t.is(values.length, 2);
	t.true(values.some(value => value.includes(' -O1')) && values.some(value => value.includes(' -O3')));
});

test('debug information that was damaged gives an ElfError or less, and never hangs', t => {
	const {path} = build(t, ['-gdwarf-5', '-O2']);
	const original = readFileSync(path);
	const section = readElf(original).sections.filter(({name}) => /^\.debug_(info|abbrev)$/.test(name));
	for (const {offset, size} of section) {
		for (let at = 0; at < size; at++) {
			const bytes = Buffer.from(original);
			bytes[offset + at] = (bytes[offset + at] ?? 0) ^ 0xff;
			try {
				producerFacts(readElf(bytes));
			} catch (error) {
				if (!(error instanceof ElfError)) throw error;
			}
		}
	}
	t.true(section.length === 2);
});

test('a compressed section that claims too much is refused before it is inflated', t => {
	const {path} = build(t, ['-g', '-gz=zlib']);
	const bytes = readFileSync(path);
	const section = readElf(bytes).sections.find(({name}) => name === '.debug_info');
	t.true(section?.compressed);
	bytes.writeBigUInt64LE(1n << 60n, (section?.offset ?? 0) + 8);
	t.throws(() => producerFacts(readElf(bytes)), {instanceOf: ElfError, message: /claims 1152921504606847000 bytes/});
});

test('a compressed section whose stream is broken is an ElfError', t => {
	const {path} = build(t, ['-g', '-gz=zlib']);
	const bytes = readFileSync(path);
	const section = readElf(bytes).sections.find(({name}) => name === '.debug_info');
	bytes.fill(0xff, (section?.offset ?? 0) + 24, (section?.offset ?? 0) + 40);
	t.throws(() => producerFacts(readElf(bytes)), {instanceOf: ElfError, message: /cannot be inflated/});
});

test('recorded switches are told, and only where they were recorded', t => {
	const facts = commandLineFacts(build(t, ['-O2', '-fno-semantic-interposition', '-frecord-gcc-switches']).elf);
	t.true(facts.some(({value}) => value.includes('-fno-semantic-interposition')));
	t.true(facts.every(({source}) => source === '.GCC.command.line'));
	t.deepEqual(commandLineFacts(build(t, ['-O2']).elf), []);
});

/** Notes as annobin writes them: GA, the sort, the attribute, the value; no description. */
const notes = String.raw`
asm(".pushsection .gnu.build.attributes, \"\", %note\n"
".macro note text:vararg\n.balign 4\n.long 2f-1f, 0, 0x100\n1: .ascii \\text\n2: .balign 4\n.endm\n"
"note \"GA$\\0013p3\\0\"\n"
"note \"GA$\\005gcc 12.2.1 20220819\\0\"\n"
"note \"GA*GOW\\0\\052\\105\\002\\0\"\n"
"note \"GA*\\002\\003\\0\"\n"
"note \"GA+cf_protection\\0\"\n"
"note \"GA!stack_clash\\0\"\n"
"note \"GA!stack_clash\\0\"\n"
"note \"other\\0\"\n"
".popsection\n");`;

test('annobin notes are told by their names, each once', t => {
	const facts = annobinFacts(build(t, [], `${source}\n${notes}`).elf);
	t.deepEqual(facts.map(({name, value}) => `${name} = ${value}`).sort(), [
		'GOW = 0x2452a',
		'cf_protection = true',
		'stack protector = 0x3',
		'stack_clash = false',
		'tool = gcc 12.2.1 20220819',
		'version = 3p3',
	]);
});

test('annobin’s newer strings are told as they stand', t => {
	const text = String.raw`asm(".pushsection .annobin.notes, \"MS\", %progbits, 1\n.asciz \"AV:12.68\"\n.asciz \"GW:0x2b\"\n.popsection");`;
	const facts = annobinFacts(build(t, [], `${source}\n${text}`).elf);
	t.deepEqual(facts.map(({name, value}) => `${name} = ${value}`).sort(), ['AV = 12.68', 'GW = 0x2b']);
});

test('an object without annobin declares nothing by it', t => {
	t.deepEqual(annobinFacts(build(t, []).elf), []);
});

test('build-details.json tells of linkage and ABI, and not of paths', t => {
	const text = JSON.stringify({
		schema_version: '1.0',
		base_prefix: '/usr',
		platform: 'linux-x86_64',
		language: {version: '3.14', version_info: {major: 3}},
		implementation: {name: 'cpython', cache_tag: 'cpython-314'},
		abi: {flags: ['t', 'd'], extension_suffix: '.so'},
		libpython: {dynamic: '/usr/lib/libpython3.14.so.1.0', link_extensions: true},
	});
	const told: readonly DeclaredFact[] = buildDetailsFacts(text);
	t.deepEqual(
		told.map(({name, value}) => `${name} = ${value}`),
		[
			'platform = linux-x86_64',
			'language.version = 3.14',
			'implementation.name = cpython',
			'abi.flags = t d',
			'libpython.dynamic = /usr/lib/libpython3.14.so.1.0',
			'libpython.link_extensions = true',
		],
	);
	t.true(told.every(({source}) => source === 'build-details.json'));
});

test('build-details.json that is no JSON is a SyntaxError', t => {
	t.throws(() => buildDetailsFacts('{'), {instanceOf: SyntaxError});
});

test('sysconfig’s variables are told on one line each, without the empty ones', t => {
	t.deepEqual(sysconfigFacts({CFLAGS: ' -O2   -g ', LDFLAGS: '  ', Py_DEBUG: '0'}), [
		{name: 'CFLAGS', value: '-O2 -g', source: 'sysconfig'},
		{name: 'Py_DEBUG', value: '0', source: 'sysconfig'},
	]);
});
