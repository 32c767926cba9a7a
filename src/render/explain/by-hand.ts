/** This file writes the commands by which anyone can check an explanation without this tool. */

import type {Explanation, Site} from '../../model/explanation.js';

export interface ByHand {
	readonly command: string;
	/** What the command prints. `atLeast` where it also counts what is no reference, such as a function's own loop. */
	readonly prints: number;
	readonly atLeast: boolean;
	readonly what: string;
}

/** Counting commands of binutils; `host` is the machine that they run on, as `uname -m` names it. */
export function byHand(explanation: Explanation, host: string): readonly ByHand[] {
	const {object, body, sites, stubs, slots, symbol, relocations} = explanation;
	const syntax = object.sections ? syntaxes[object.machine] : undefined;
	const file = quoted(object.path);
	const prefix = object.machine === host ? '' : `${object.machine}-linux-gnu-`;
	const code = `${prefix}objdump -d --no-show-raw-insn ${file}`;
	const rows: ByHand[] = [];
	const add = (what: string, counted: readonly Site[], pattern: string, atLeast = false) => {
		if (counted.length === 0) return;
		rows.push({command: `${code} | grep -cE '${pattern}'`, prints: counted.length, atLeast, what});
	};
	if (syntax !== undefined) {
		const {call, jump} = syntax;
		const at = (addresses: readonly number[]) => alternatives(addresses.map(address => address.toString(16)));
		if (body !== null) {
			const own = at([body.address]);
			const direct = sites.filter(({path}) => path === 'direct');
			add('direct calls', withForm(direct, 'call'), `${call}${own}${end}`);
			// A jump from within the function, to its first instruction, is a loop and no reference.
			add('direct jumps', withForm(direct, 'jump'), `${jump}${own}${end}`, true);
		}
		const plt = stubs.length === 0 ? [] : sites.filter(({path}) => path === 'plt');
		add('calls through the PLT', withForm(plt, 'call'), `${call}${at(stubs)}${end}`);
		add('jumps through the PLT', withForm(plt, 'jump'), `${jump}${at(stubs)}${end}`);
		if (syntax.throughSlot !== null && slots.length > 0) {
			const got = sites.filter(({path}) => path === 'got');
			add('calls and jumps through the GOT', got, `${syntax.throughSlot}${at(slots)}${end}`);
		}
	}
	// A name with other characters comes from no compiler, and belongs in no shell.
	const bare = symbol.replace(/@.*/, '');
	if (/^[\w.$]+$/.test(`${bare}${explanation.version ?? ''}`)) {
		// A version stands behind the name.
		const version = explanation.otherVersions.length === 0 ? '@' : `@@?${escaped(explanation.version ?? '')}`;
		const pattern = ` ${escaped(bare)}(${version}| |$)`;
		const command = `${prefix}readelf -rW ${file} | grep -cE '${pattern}'`;
		const named = relocations.filter(one => one.named).length;
		rows.push({command, prints: named, atLeast: false, what: 'relocations that name it'});
	}
	return rows;
}

interface Syntax {
	readonly call: string;
	readonly jump: string;
	/** Null where no single instruction shows it. */
	readonly throughSlot: string | null;
}

/** As objdump writes instructions; the address follows. */
const syntaxes: Readonly<Partial<Record<string, Syntax>>> = {
	x86_64: {
		call: 'callq? +',
		jump: '[[:space:]]j[a-z]+ +',
		throughSlot: '(call|jmp)q? +\\*.*# ',
	},
	aarch64: {
		call: '[[:space:]]bl[[:space:]]+',
		jump: '[[:space:]](b|b\\.[a-z]+|cbn?z[[:space:]]+[wx][0-9]+,|tbn?z[[:space:]]+[wx][0-9]+,.*,)[[:space:]]+',
		throughSlot: null,
	},
};

const end = '( |$)';

function withForm(sites: readonly Site[], form: Site['form']): readonly Site[] {
	return sites.filter(site => site.form === form);
}

function alternatives(texts: readonly string[]): string {
	return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join('|')})`;
}

function escaped(name: string): string {
	return name.replace(/[.$]/g, '\\$&');
}

/** As it stands where a shell leaves it alone, else in single quotes. */
function quoted(text: string): string {
	return /^[\w./+:@%,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
