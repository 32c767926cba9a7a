/** This file makes a variant, whichever way it is made, and gives it only when it came out as named. */

import {UsageError} from '../errors.js';
import {build} from './build.js';
import type {Lab} from './lab.js';
import type {Built} from './record.js';
import {relink} from './relink.js';
import type {Source} from './source.js';
import type {Variant} from './variant.js';
import {variants} from './variants.js';
import {verified} from './verify.js';

export async function makeVariant(variant: Variant, source: Source, lab: Lab): Promise<Built> {
	return verified(variant, await made(variant, source, lab), lab);
}

/** Errors: UsageError that lists what there is. */
export function variantNamed(name: string): Variant {
	const variant = variants.find(variant => variant.name === name);
	if (variant === undefined) {
		throw new UsageError(`There is no variant '${name}'.`, {
			hint: `The variants are ${variants.map(({name}) => name).join(', ')}.`,
		});
	}
	return variant;
}

async function made({name, flags, how}: Variant, source: Source, lab: Lab): Promise<Built> {
	switch (how.kind) {
		case 'build':
			return build({name, flags, source, keepObjects: bases.has(name)}, lab);
		case 'relink':
			return relink({name, flags, as: how.as, base: await makeVariant(variantNamed(how.of), source, lab)}, lab);
	}
}

/** The variants whose objects others are linked from. */
const bases: ReadonlySet<string> = new Set(variants.flatMap(({how}) => (how.kind === 'relink' ? [how.of] : [])));
