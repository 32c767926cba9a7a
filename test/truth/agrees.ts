/** This file holds the row of the table of builds: a build, and what it binds. */

import type {ExecutionContext} from 'ava';
import {gatherStatic} from '../../src/gather/static.js';
import type {BindingMode} from '../../src/model/binding.js';
import type {Cause} from '../../src/model/verdict.js';
import {folder as scratch} from '../support/cli.js';
import {given, needing} from '../support/needs.js';
import {type Compiler, parse, works} from './compiler.js';
import {counted, namesOf, predicted, type Seen} from './seen.js';
import {leaves, sharedToy, source, staticToy} from './toy.js';

/** The leaves that a build binds, by cause; an override reaches all others. */
export type Bound = Readonly<Partial<Record<Cause, readonly string[]>>>;

export interface Row {
	readonly build: string;
	/** Finishes "`build` …". */
	readonly claim: string;
	readonly mode: BindingMode;
	readonly bound: Bound;
	readonly linkage?: 'static';
	/** The call that a function makes to itself names it, as clang's does at default flags. */
	readonly namesItself?: true;
	/** Runs without symbol table and section table. */
	readonly bare?: true;
	/** Code loads an address once and calls it twice, so the number of call sites cannot be known. */
	readonly throughRegister?: true;
}

/** Skipped, and so listed, where this machine lacks the compiler or linker. */
export function row({build, claim, mode, bound, linkage, namesItself, bare, throughRegister}: Row): void {
	const compiler = withScript(parse(build));
	const named = bare === true ? `${build}, without section table,` : build;
	needing(given(works(compiler), build)).serial(`${named} ${claim}: counted, and predicted from ELF alike`, async t => {
		const folder = scratch(t);
		const toy = linkage === 'static' ? staticToy(folder, compiler, bare) : sharedToy(folder, compiler, bare);
		const witness = await gatherStatic(toy.interpreter);
		const runs = counted(toy);
		for (const leaf of leaves) {
			const [ran, shown] = [runs.get(leaf) as Seen, predicted(leaf, witness)];
			const isRecursive = leaf === 'recursive' && namesItself !== true;
			t.is(shown.apart, isRecursive ? 1 : 0, `calls of ${leaf} by itself, and thunks`);
			if (throughRegister !== true) t.deepEqual(shown.references, ran, `predicted and counted of ${leaf}`);
			t.deepEqual(direction(shown.anyForm), direction(ran), `all forms of reference to ${leaf}`);
		}
		const passing = leaves.filter(leaf => (runs.get(leaf)?.bound ?? 0) > predicted(leaf, witness).apart);
		t.deepEqual(passing.sort(), Object.values(bound).flat().sort(), 'the leaves that pass the override by');
		t.is(witness.report.binding.mode, mode);
		assertCauses(t, bound, leaf => namesOf(leaf).map(name => witness.causeOf(name)));
	});
}

/** `toy.map` is the version script beside the sources. */
function withScript({command, flags}: Compiler): Compiler {
	return {command, flags: flags.map(flag => flag.replace('toy.map', source('toy.map')))};
}

function direction({reached, bound}: Seen): unknown {
	return {reached: reached > 0, bound: bound > 0};
}

function assertCauses(t: ExecutionContext, bound: Bound, causesOf: (leaf: string) => readonly (Cause | null)[]): void {
	const expected = new Map(Object.entries(bound).flatMap(([cause, leaves]) => leaves.map(leaf => [leaf, cause])));
	for (const leaf of leaves) {
		const causes = causesOf(leaf).filter(cause => cause !== null);
		t.deepEqual([...new Set<string>(causes)], expected.has(leaf) ? [expected.get(leaf)] : [], `the cause of ${leaf}`);
	}
}
