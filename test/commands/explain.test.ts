/** This file tests that the evidence `explain` shows is there: its commands, run by hand, print what it says. */

import {execFileSync} from 'node:child_process';
import {copyFileSync} from 'node:fs';
import {machine} from 'node:os';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {gatherExplanation} from '../../src/gather/explain.js';
import type {Explanation} from '../../src/model/explanation.js';
import {byHand} from '../../src/render/explain/by-hand.js';
import {answer} from '../../src/render/explain/explain-words.js';
import {folder as scratch} from '../support/cli.js';
import {given, needing} from '../support/needs.js';
import {makeBare} from '../truth/bare.js';
import {parse, works} from '../truth/compiler.js';
import {leaves, sharedToy, staticToy} from '../truth/toy.js';

async function explained(path: string, symbol: string): Promise<Explanation> {
	return {...(await gatherExplanation(path, symbol, {env: {}})), counted: null};
}

function build(t: ExecutionContext, line: string): string {
	const toy = line.includes('-pie') ? staticToy : sharedToy;
	return toy(scratch(t), parse(line)).interpreter;
}

/** Every command for every leaf prints the number that stands beside it. */
function handRow(line: string): void {
	needing(given(works(parse(line)), line)).serial(
		`the commands that explain prints give the numbers that it prints: ${line}`,
		async t => {
			const interpreter = build(t, line);
			let commands = 0;
			for (const leaf of leaves) {
				const explanation = await explained(interpreter, `leaf_${leaf}`);
				for (const {command, prints, atLeast} of byHand(explanation, machine())) {
					const printed = Number(execFileSync('sh', ['-c', `${command} || true`], {encoding: 'utf8'}));
					t.true(
						atLeast ? printed >= prints : printed === prints,
						`${leaf}: ${command} printed ${printed}, not ${prints}`,
					);
					commands += 1;
				}
			}
			t.true(commands > leaves.length);
		},
	);
}

handRow('gcc -O2');
handRow('gcc -O2 -s');
handRow('gcc -O2 -fno-semantic-interposition');
handRow('gcc -O2 -fno-plt');
handRow('gcc -O2 -fcf-protection -Wl,-z,ibtplt');
handRow('gcc -O2 -Wl,-Bsymbolic-functions');
handRow('gcc -O2 -fPIE -pie');
handRow('clang -O2 -fuse-ld=lld');
handRow('gcc -O2 -fuse-ld=mold');
handRow('aarch64-linux-gnu-gcc -O2 -fno-semantic-interposition');

test.serial('a call that an override gets is shown through the PLT, and a bound one beside it as direct', async t => {
	const open = await explained(build(t, 'gcc -O2'), 'leaf_same_unit');
	const bound = await explained(build(t, 'gcc -O2 -fno-semantic-interposition'), 'leaf_same_unit');
	const called = ({examples}: Explanation) =>
		examples.map(({site, code}) => code.find(({address}) => address === site.at)?.text);
	t.deepEqual(called(open), ['call leaf_same_unit@plt', 'call leaf_same_unit@plt']);
	t.deepEqual(called(bound), ['call leaf_same_unit', 'call leaf_same_unit']);
	t.deepEqual([open.cause, bound.cause], [null, 'same-unit']);
	t.regex(answer(open), /^Every reference to leaf_same_unit in libtoy\.so \(2 call sites\) reaches an override\.$/);
	t.regex(
		answer(bound),
		/^No reference to leaf_same_unit in libtoy\.so \(.*2 call sites\) reaches an override: the compiler bound/,
	);
});

test.serial('call sites are shown with the function that they are in', async t => {
	const {sites} = await explained(build(t, 'gcc -O2'), 'leaf_other_unit');
	t.is(sites.length, 2);
	for (const {inside} of sites) t.regex(inside ?? '', /^via_other_unit\+0x[0-9a-f]+$/);
});

test.serial('the instructions shown are those that objdump shows, byte for byte, with the call among them', async t => {
	const interpreter = build(t, 'gcc -O2 -fno-semantic-interposition');
	const listing = execFileSync('objdump', ['-d', '--wide', interpreter], {encoding: 'utf8'});
	const shown = new Map(
		[...listing.matchAll(/^ +([0-9a-f]+):\t([0-9a-f ]+?) *(?:\t|$)/gm)].map(
			([, at = '', bytes = '']) => [at, bytes] as const,
		),
	);
	const {examples, body} = await explained(interpreter, 'leaf_same_unit');
	t.is(examples.length, 2);
	for (const {site, code} of examples) t.true(code.some(({address}) => address === site.at));
	for (const {address, bytes} of [...examples.flatMap(({code}) => code), ...(body?.code ?? [])]) {
		t.is(bytes, shown.get(address.toString(16))?.replaceAll(' ', '') ?? 'none', `at 0x${address.toString(16)}`);
	}
});

test.serial(
	'a library without symbol table and section table is explained alike, but for commands that need them',
	async t => {
		const whole = build(t, 'gcc -O2 -fno-semantic-interposition');
		const bare = join(scratch(t), 'libtoy.so');
		copyFileSync(whole, bare);
		makeBare(bare, '');
		const [before, after] = [await explained(whole, 'leaf_other_unit'), await explained(bare, 'leaf_other_unit')];
		t.deepEqual(after.references, before.references);
		t.deepEqual(
			after.sites.map(({at}) => at),
			before.sites.map(({at}) => at),
		);
		t.deepEqual(
			byHand(after, machine()).map(({what}) => what),
			['relocations that name it'],
		);
		t.true(byHand(before, machine()).length > 1);
	},
);

test.serial('a function that the library imports is explained by how the library calls it', async t => {
	const {role, body, references, sites} = await explained(build(t, 'gcc -O2'), 'printf');
	t.deepEqual({role, body, verdict: references.verdict}, {role: 'imported', body: null, verdict: 'preemptible'});
	t.true(sites.some(({inside}) => inside?.startsWith('print_entered')));
});

test.serial(
	'a function that the library neither exports nor imports is refused in one sentence, with the name meant',
	async t => {
		const interpreter = build(t, 'gcc -O2');
		const {message, hint} = await t.throwsAsync<Error & {hint?: string}>(explained(interpreter, 'leaf_smae_unit'));
		t.is(message, `${interpreter} neither exports nor imports a function 'leaf_smae_unit'.`);
		t.is(hint, 'Did you mean leaf_same_unit?');
	},
);

test.serial('a function that the library keeps to itself is told from one that it has not', async t => {
	const interpreter = build(t, 'gcc -O2');
	await t.throwsAsync(explained(interpreter, 'ifunc_chosen'), {
		message: /has a function 'ifunc_chosen' of its own and exports/,
	});
});
