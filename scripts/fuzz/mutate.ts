/** This file breaks bytes and texts at random, often where a reader would be hurt. */

import {broken, type Victim} from '../../test/elf/support/break.js';

export type Below = (below: number) => number;

/** Anything in binary form. */
export function brokenBytes(bytes: Uint8Array, below: Below): Uint8Array {
	const victim: Victim = {name: '', bytes, tender: [[0, Math.min(bytes.length, 256)]]};
	return broken(victim, below);
}

/** JSON, TOML and the like: tokens take the place of others, pieces are repeated, cut out, swapped; bytes go wrong. */
export function brokenText(text: string, below: Below): string {
	let tokens: string[] = text.match(/"(?:[^"\\\n]|\\.)*"|[\w.+-]+|\s+|[^\s\w]/g) ?? [];
	for (let left = 1 + below(4); left > 0; left -= 1) {
		const at = below(tokens.length + 1);
		const fault = faults[below(faults.length)];
		if (fault !== undefined) tokens = fault(tokens, at, below);
	}
	const whole = tokens.join('');
	return below(8) === 0 ? Buffer.from(brokenBytes(Buffer.from(whole), below)).toString('utf8') : whole;
}

type Fault = (tokens: string[], at: number, below: Below) => string[];

const faults: readonly Fault[] = [
	(tokens, at, below) => tokens.toSpliced(at, 1, hard[below(hard.length)] ?? ''),
	(tokens, at, below) => tokens.toSpliced(at, 0, hard[below(hard.length)] ?? ''),
	(tokens, at, below) => tokens.toSpliced(at, 1 + below(6)),
	(tokens, at, below) => tokens.toSpliced(at, 0, ...tokens.slice(at, at + 1 + below(40))),
	(tokens, at, below) => tokens.toSpliced(at, 1, tokens[below(tokens.length)] ?? ''),
	(tokens, at, below) => tokens.slice(0, at).concat(below(2) === 0 ? [] : tokens.slice(below(tokens.length))),
	(tokens, at, below) => tokens.toSpliced(at, 0, '[{("'.charAt(below(4)).repeat(1 + below(2) * below(20_000))),
];

const hard: readonly string[] = [
	'null',
	'true',
	'-1',
	'0',
	'-0',
	'1e999',
	'9007199254740993',
	'1.5',
	'NaN',
	'""',
	'"__proto__"',
	'"constructor"',
	'"\\ud800"',
	'"\\u0000"',
	'"\u001b[2J"',
	`"${'*'.repeat(200)}"`,
	'{}',
	'[]',
	'{"__proto__":{"kind":"honored"}}',
	'1979-05-27T07:32:00Z',
	"'''",
	'"""',
	'[[',
	'=',
	'#',
	'\n',
	'\ufeff',
	`"${'x'.repeat(100_000)}"`,
];
