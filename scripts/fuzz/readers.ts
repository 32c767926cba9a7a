/** This file lists the readers of untrusted bytes, each with good input to begin with. */

import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {exportedFunctions} from '../../src/binding/exports.js';
import {seal, unseal} from '../../src/cache/store.js';
import {parseHunt} from '../../src/contract/hunt-decoder.js';
import {parseReport} from '../../src/contract/parse.js';
import {readContract} from '../../src/contract/read.js';
import {writeContract} from '../../src/contract/write.js';
import {CalledCopies} from '../../src/dwarf/called.js';
import {openDebugInformation} from '../../src/dwarf/debug-information.js';
import {inlinedCopies} from '../../src/dwarf/inlined.js';
import {buildIdOf, debugLinkOf, sharedLinkOf} from '../../src/dwarf/links.js';
import {type Elf, readElf} from '../../src/elf/elf.js';
import {encodeBlob} from '../../src/entries/blob.js';
import {orElfError} from '../../src/entries/damaged.js';
import {planEntries} from '../../src/entries/plan.js';
import {loadX8664Entries} from '../../src/entries/x86-64/stub.js';
import {SuiteError} from '../../src/errors.js';
import {createAuditLedger, readAuditLedger} from '../../src/gather/audit/ledger.js';
import {readTranscript} from '../../src/gather/counted/transcript.js';
import {lookInArchive} from '../../src/gather/hunt/archive.js';
import {noFindings} from '../../src/gather/hunt/findings.js';
import {huntedNames, lookAt} from '../../src/gather/hunt/object.js';
import {readMemory} from '../../src/gather/hunt/read-at.js';
import {createSites, readSites} from '../../src/gather/sweep/sites.js';
import {exportedSlots, sweepSlots} from '../../src/gather/sweep/slots.js';
import {createTold, readTold} from '../../src/gather/told.js';
import {layout} from '../../src/ledger/layout.js';
import {createLedger, openLedger} from '../../src/ledger/ledger.js';
import {nativeFolder} from '../../src/ledger/native.js';
import {renderJson} from '../../src/render/json.js';
import {shimImage} from '../../src/shim/image.js';
import {readDebugFile} from '../../src/target/declared/declare.js';
import {producerFacts} from '../../src/target/declared/producer.js';
import {machineHeader} from '../../src/target/machine.js';
import {broken, type Victim, victim} from '../../test/elf/support/break.js';
import {inspectBytes} from '../../test/elf/support/inspect-bytes.js';
import {libraries, spread} from '../../test/elf/support/libraries.js';
import {hostileReport, twoBuilds} from '../../test/support/reports.js';
import {type Below, brokenBytes, brokenText} from './mutate.js';

export interface Reader {
	/** False for one that says nothing of broken input: it finds that there is none for it. */
	readonly refuses?: boolean;
	/** Of so many cases in a thousand of all readers. */
	readonly share: number;
	/** Made once for each process. */
	prepare(scratch: string): Prepared;
}

export interface Prepared {
	/** One input, broken. */
	make(below: Below): Uint8Array | string;
	/** Errors: SuiteError by the reader's promise; any other is a fault. */
	read(input: Uint8Array | string): unknown;
}

export const readers = {
	inspect: {share: 130, prepare: () => onElf(async elf => inspectBytes(elf))},
	entries: {share: 170, prepare: () => onElf(plan)},
	sweep: {share: 120, prepare: () => onElf(sweep)},
	dwarf: {
		share: 100,
		prepare: () => onElf(bytes => producerFacts(readDebugFile(bytes)), withDebugInformation),
	},
	inlined: {share: 50, prepare: () => onElf(inlined, withDebugInformation)},
	header: {
		share: 100,
		refuses: false,
		prepare: () => onElf(bytes => machineHeader(Buffer.from(bytes.subarray(0, 4096)))),
	},
	report: {
		share: 100,
		prepare: () => onText([twoBuilds, hostileReport].map(renderJson), text => parseReport(text, 'report.json')),
	},
	contract: {
		share: 100,
		prepare: () => onText(twoBuilds.targets.map(writeContract), text => readContract(text, 'contract.toml')),
	},
	cache: {share: 30, refuses: false, prepare: () => sealed()},
	ledger: {share: 20, prepare: scratch => ledger(scratch)},
	told: {share: 18, prepare: scratch => page(scratch, createTold, readTold)},
	sites: {share: 1, prepare: scratch => page(scratch, createSites, path => readSites(path, '/bin/program'))},
	audit: {share: 1, prepare: scratch => page(scratch, createAuditLedger, readAuditLedger)},
	hunted: {share: 20, refuses: false, prepare: () => onElf(bytes => lookAt(readMemory(bytes), hunted))},
	archive: {share: 20, prepare: scratch => archives(scratch)},
	hunt: {share: 10, prepare: () => onText([JSON.stringify(huntReport)], text => parseHunt(text, 'hunt.json'))},
	transcript: {share: 10, refuses: false, prepare: () => onText([transcript], readTranscript)},
} as const satisfies Readonly<Record<string, Reader>>;

export type ReaderName = keyof typeof readers;

const withDebugInformation = [join(nativeFolder, 'reader.so'), join(nativeFolder, 'error.so')];

function onElf(read: (bytes: Uint8Array) => unknown, paths = smallLibraries()): Prepared {
	const victims: readonly Victim[] = paths.map(path => victim(path, readFileSync(path)));
	return {
		make: below => broken(victims[below(victims.length)] as Victim, below),
		read: input => read(input as Uint8Array),
	};
}

function smallLibraries(): readonly string[] {
	return spread(
		libraries().filter(({size}) => size < 80_000),
		16,
	).map(({path}) => path);
}

function plan(bytes: Uint8Array): unknown {
	const elf = readElf(bytes);
	const machine = loadX8664Entries(layout());
	return orElfError(() => encodeBlob(elf, planEntries(elf, wanted(elf), machine, new Set()), machine, 1));
}

function inlined(bytes: Uint8Array): unknown {
	const file = readDebugFile(bytes);
	const information = openDebugInformation(file);
	if (information === null) return [debugLinkOf(file), sharedLinkOf(file), buildIdOf(file)];
	const {copies, bodies} = inlinedCopies(information);
	const entries = copies.map(({entry, function: {name, declared}}) => [entry, name, declared]);
	return [new CalledCopies().among(copies), entries, [...copies, ...bodies].map(({ranges}) => ranges.length)];
}

function wanted(elf: Elf) {
	return exportedFunctions(elf).map(({name}, slot) => ({symbol: name, slot}));
}

/** The trampolines of this machine. */
function template() {
	return readElf(readFileSync(join(nativeFolder, 'trampoline.o')));
}

function sweep(bytes: Uint8Array): unknown {
	const slots = sweepSlots(exportedSlots(readElf(bytes)).slots);
	return shimImage(slots, template(), layout());
}

function onText(texts: readonly string[], read: (text: string) => unknown): Prepared {
	return {
		make: below => brokenText(texts[below(texts.length)] ?? '', below),
		read: input => read(input as string),
	};
}

function sealed(): Prepared {
	const content = Buffer.from('{"stamp":"of then","value":{"symbols":[]}}');
	const file = seal('key', content);
	return {
		make: below => brokenBytes(file, below),
		read(input) {
			const found = unseal('key', Buffer.from(input as Uint8Array));
			if (found !== undefined && !found.equals(content)) throw new Error('damaged content was given back');
		},
	};
}

function ledger(scratch: string): Prepared {
	const path = join(scratch, 'ledger');
	rmSync(path, {force: true});
	createLedger(path, 4, 2);
	const good = readFileSync(path);
	return {
		make: below => brokenBytes(good, below),
		read(input) {
			writeFileSync(path, input as Uint8Array);
			const open = openLedger(path, 4);
			try {
				return [open.phase(0), open.phase(1), open.ready(), open.entries()];
			} finally {
				open.close();
			}
		},
	};
}

/** A page that the program under test writes into. */
function page(scratch: string, create: (path: string) => void, read: (path: string) => unknown): Prepared {
	const path = join(scratch, 'page');
	rmSync(path, {force: true});
	create(path);
	const good = readFileSync(path);
	// As if a record or an object had been written: what is all zero is passed by.
	good.fill(1, 16, 20).fill(1, 64, 72);
	return {
		make: below => brokenBytes(good, below),
		read(input) {
			writeFileSync(path, input as Uint8Array);
			return read(path);
		},
	};
}

const hunted = huntedNames(['PyErr_Occurred', 'PyObject_Malloc'], ['malloc', 'free', 'realloc', 'fsync']);

/** A library and a script, in each form that needs no other program to unpack. */
function archives(scratch: string): Prepared {
	const folder = join(scratch, 'archives');
	mkdirSync(join(folder, 'opt'), {recursive: true});
	copyFileSync(join(nativeFolder, 'error.so'), join(folder, 'opt/error.so'));
	writeFileSync(join(folder, 'opt/run.sh'), '#!/bin/sh\nLD_PRELOAD=libprof.so exec python3\n');
	const made = (file: string, command: string, args: readonly string[]) => {
		execFileSync(command, args, {cwd: folder});
		return [file, readFileSync(join(folder, file))] as const;
	};
	const forms = [
		made('a.tar', 'tar', ['-cf', 'a.tar', 'opt']),
		made('a.tar.gz', 'tar', ['-czf', 'a.tar.gz', 'opt']),
		made('a.whl', 'python3', ['-m', 'zipfile', '-c', 'a.whl', 'opt']),
	];
	const path = join(scratch, 'archive');
	return {
		make(below) {
			const [name, bytes] = forms[below(forms.length)] ?? ['a.tar', Buffer.alloc(0)];
			// Its first byte tells which form it is.
			return Buffer.concat([Buffer.of(name === 'a.whl' ? 1 : 0), brokenBytes(bytes, below)]);
		},
		async read(input) {
			const bytes = input as Uint8Array;
			writeFileSync(path, bytes.subarray(1));
			const findings = noFindings();
			const bounds = {unpacked: 2 ** 26, member: 2 ** 24, signal: AbortSignal.timeout(10_000)};
			await lookInArchive(path, bytes[0] === 1 ? 'zip' : 'tar', hunted, bounds, findings);
			if (findings.failures.length > 0) throw new SuiteError(findings.failures[0]?.message ?? '');
			return findings;
		},
	};
}

const object = {place: '/usr/lib/libprof.so', soname: 'libprof.so', libpython: ['PyObject_Malloc'], libc: ['malloc']};
const huntReport = {
	schema: 1,
	kind: 'hunt',
	tool: {name: 'pyinterpose', version: '0'},
	looked: {paths: ['/usr'], shards: [], libpython: [], functions: {libpython: 2, libc: 4}},
	counts: {files: 2, archives: 0, objects: 1, broken: 0, texts: 1},
	interposers: [{...object, signs: ['forwards'], looksUp: ['malloc'], known: null}],
	launchers: [{place: '/usr/bin/prof', form: 'text', line: 2, text: 'LD_PRELOAD=a.so', libraries: ['a.so']}],
	interpreters: ['/usr/bin/python3'],
	others: [object],
	failures: [{place: '/usr/a.tar', message: 'it ends too early'}],
};

const transcript = [
	{begin: 'PyErr_Occurred/interpreter'},
	{id: 'PyErr_Occurred/interpreter', made: [1, 2, 3], output: [1]},
	{id: 'malloc/library', error: 'there is no library'},
	{end: true},
]
	.map(line => JSON.stringify(line))
	.join('\n');
