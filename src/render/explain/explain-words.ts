/** This file holds the sentences of an explanation. */

import type {ExplainedObject, Explanation, NamedRelocation, Site} from '../../model/explanation.js';
import {counted, grouped, listed} from '../numbers.js';
import {briefCauses, causeWords} from '../words.js';

/** The answer, as one sentence with its full stop. */
export function answer({symbol, object, role, references, cause, inlined}: Explanation): string {
	const {calls, addresses, verdict} = references;
	const name = nameOf(object);
	const reached = countOf(calls.preemptible, addresses.preemptible);
	const passed = countOf(calls.bound, addresses.bound);
	const because = causeWords[cause ?? 'unknown'];
	if (!isDecoded(object)) {
		const reach = [
			...(reached === '' ? [] : [`${reached} that reach an override`]),
			...(passed === '' ? [] : [`${passed} that do not`]),
		];
		const told =
			reach.length === 0
				? `none of its relocations refers to ${symbol}`
				: `its relocations refer to ${symbol}: ${reach.join(', ')}`;
		return `The code of ${name} is for ${object.machine} and is not decoded, so calls are not seen; ${told}.`;
	}
	switch (verdict) {
		case 'preemptible': {
			const taken = role === 'imported' ? `; ${name} takes it from another object` : '';
			const reaches = role === 'imported' ? 'can reach' : 'reaches';
			return `Every reference to ${symbol} in ${name} (${reached}) ${reaches} an override${taken}.`;
		}
		case 'partial':
			return `Of the references to ${symbol} in ${name}, ${reached} reach an override and ${passed} do not: ${because}.`;
		case 'bound':
			return `No reference to ${symbol} in ${name} (${passed}) reaches an override: ${because}.`;
		case 'unreferenced':
			return role === 'imported'
				? `${name} imports ${symbol} and refers to it nowhere that an instruction or a relocation shows.`
				: `${name} exports ${symbol} and does not refer to it: ${whyUnreferenced(inlined)}.`;
	}
}

function whyUnreferenced(inlined: Explanation['inlined']): string {
	const places = inlined?.places ?? null;
	if (places === null) return 'it is for others to call, or the compiler inlined every call';
	return places.length === 0 ? 'it is for others to call' : 'the compiler inlined every call';
}

/** `1,192 call sites and 3 uses of its address`. */
function countOf(calls: number, addresses: number): string {
	const uses = addresses === 1 ? '1 use of its address' : `${grouped(addresses)} uses of its address`;
	return [...(calls > 0 ? [counted(calls, 'call site')] : []), ...(addresses > 0 ? [uses] : [])].join(' and ');
}

/** False where only relocations tell. */
export function isDecoded({facts}: ExplainedObject): boolean {
	return !facts.some(({kind}) => kind === 'not-decoded');
}

function nameOf({soname, path}: ExplainedObject): string {
	return soname ?? path.replace(/.*\//, '');
}

/** What holds for everybody else, and where the answer does not hold. */
export function outside({symbol, object, role}: Explanation): string {
	const name = nameOf(object);
	if (object.executable && role === 'exported') {
		return `${name} is an executable, so it stands first in the lookup scope: calls from every other object, and dlsym, find its ${symbol} and no override.`;
	}
	const unless = `the executable defines ${symbol} itself, or ${role === 'imported' ? name : 'the caller'} was opened with RTLD_DEEPBIND`;
	if (role === 'imported') return `Not so where ${unless}.`;
	return `Calls of ${symbol} from other objects, and dlsym, find an override as well, unless ${unless}.`;
}

/** What else decides whether an override gets a call: versions, names that share an address, other names of a call. */
export function notes(explanation: Explanation): readonly string[] {
	return [...namesAndKinds(explanation), ...addressNote(explanation), ...inlinedNote(explanation)];
}

/** Whether all objects have one address for the function, once there is an override. */
function addressNote({symbol, object, role, references, canonical}: Explanation): readonly string[] {
	const name = nameOf(object);
	if (canonical !== null) {
		return [
			`Everybody\u2019s &${symbol} is the PLT stub of ${name} at 0x${canonical.toString(16)}: calls through it reach an override, and comparisons of such addresses come out equal.`,
		];
	}
	if (role !== 'exported' || object.executable || references.addresses.bound === 0) return [];
	return [
		`Where ${name} takes its address, it is the function\u2019s own: with an override &${symbol} is another address for other objects, and comparisons come out otherwise.`,
	];
}

/** `It is inlined in 60 places, where no override gets it: PyNumber_Long (3), …`. */
function inlinedNote({inlined}: Explanation): readonly string[] {
	if (inlined === null) return [];
	const {places, reason} = inlined;
	if (places === null) return [`Where it was inlined is not known: ${reason ?? ''}.`];
	if (places.length === 0) return [];
	const counts = new Map<string, number>();
	for (const {within} of places) counts.set(within ?? '?', (counts.get(within ?? '?') ?? 0) + 1);
	const sorted = [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
	const named = sorted.slice(0, mostNamed).map(([name, count]) => (count === 1 ? name : `${name} (${grouped(count)})`));
	const left = sorted.length - named.length;
	return [
		`It is inlined in ${counted(places.length, 'place')}, where no override gets it: ${named.join(', ')}${left === 0 ? '' : ` and ${counted(left, 'more function')}`}.`,
	];
}

const mostNamed = 8;

function namesAndKinds({
	symbol,
	demangled,
	role,
	version,
	otherVersions,
	twins,
	body,
	references,
}: Explanation): readonly string[] {
	const said: string[] = demangled === null ? [] : [`${symbol} is ${demangled}.`];
	const bare = symbol.replace(/@.*/, '');
	if (role === 'exported' && otherVersions.length > 0) {
		said.push(
			`This is version ${version ?? 'none'} of ${bare}; ${listed(otherVersions)} of the same name ${otherVersions.length === 1 ? 'has' : 'have'} references of their own. An override without a version stands before all of them, one with a version before its own alone.`,
		);
	} else if (role === 'exported' && version !== null) {
		said.push(
			`It has version ${version}: an override needs that version or none, since one with another is not found by callers that ask for it.`,
		);
	}
	if (body !== null && body.aliases.length > 0) {
		said.push(
			`${symbol} and ${listed(body.aliases)} are one address: what is bound to it may be meant for any of these names.`,
		);
	}
	if (references.recursive > 0) {
		said.push(
			`${counted(references.recursive, 'direct call')} of it by itself, which compilers bind whatever the flags, ${references.recursive === 1 ? 'is' : 'are'} not among these.`,
		);
	}
	if (references.folded > 0) {
		said.push(
			`${counted(references.folded, 'function')} that the compiler found to be the same ${references.folded === 1 ? 'is' : 'are'} nothing but a jump to it, and no ${references.folded === 1 ? 'call' : 'calls'} of it.`,
		);
	}
	for (const {name, why} of twins)
		said.push(`There is ${name} as well, ${why}: an override of ${symbol} alone misses its calls.`);
	return said;
}

/** `call`, through what, and whether an override is found. */
export function siteWords({reach}: Site, {cause, role}: Explanation): string {
	switch (reach) {
		case 'preemptible':
			return role === 'imported' ? 'an override can get this' : 'an override gets this';
		case 'bound':
			return briefCauses[cause ?? 'unknown'];
		case 'recursive':
			return 'the function calls itself';
		case 'compared':
			return 'the address is only compared, which binds nothing';
		case 'folded':
			return 'the compiler found another function to be the same, and made it this jump';
	}
}

/** `12 call sites, 3 of them tail calls`. */
export function callsWords(sites: readonly Site[]): string {
	const jumps = sites.filter(({form}) => form === 'jump').length;
	if (jumps === sites.length) return counted(jumps, 'tail call');
	return counted(sites.length, 'call site') + (jumps === 0 ? '' : `, ${grouped(jumps)} of them tail calls`);
}

/** How the references divide: `1,192 through the PLT, 2 direct`. */
export function pathsWords(sites: readonly Site[]): string {
	return pathOrder
		.map(path => ({path, count: sites.filter(site => site.path === path).length}))
		.filter(({count}) => count > 0)
		.map(({path, count}) => `${grouped(count)} ${pathNames[path]}`)
		.join(', ');
}

const pathOrder = ['direct', 'plt', 'got', 'relocation'] as const satisfies readonly Site['path'][];

const pathNames = {
	direct: 'to its address',
	plt: 'through the PLT',
	got: 'through the GOT',
	relocation: 'by a relocation that names it',
} as const satisfies Record<Site['path'], string>;

/** One line for each kind: `1 JUMP_SLOT names it (.got slot of the PLT), first at 0x3fe020`. */
export function relocationLines(relocations: readonly NamedRelocation[], hex: (at: number) => string): string[] {
	const groups = new Map<string, NamedRelocation[]>();
	for (const one of relocations) {
		const key = `${relocationNames[one.kind]}${one.table === 'relr' ? ' (RELR)' : ''} ${one.named ? 'names it' : 'holds its address'}`;
		groups.set(key, [...(groups.get(key) ?? []), one]);
	}
	return [...groups].map(([key, some]) => {
		const places = some.slice(0, 3).map(({address}) => hex(address));
		const more = some.length > places.length ? ' and more' : '';
		return `${counted(some.length, 'relocation')}: ${key}, at ${places.join(', ')}${more}`;
	});
}

const relocationNames = {
	JUMP_SLOT: 'JUMP_SLOT',
	GLOB_DAT: 'GLOB_DAT',
	ABSOLUTE: 'an absolute address (R_X86_64_64 and its like)',
	PC_RELATIVE: 'a distance (R_X86_64_PC32 and its like)',
	IRELATIVE: 'IRELATIVE (a resolver fills it)',
	COPY: 'COPY',
	RELATIVE: 'RELATIVE',
	TLS_MODULE: 'the object of a thread\u2019s own variable (R_X86_64_DTPMOD64 and its like)',
	TLS_OFFSET: 'the offset of a thread\u2019s own variable (R_X86_64_TPOFF64 and its like)',
	other: 'of another kind',
} as const satisfies Record<NamedRelocation['kind'], string>;
