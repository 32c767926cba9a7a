/** This file finds an allocator that an interpreter's file holds for itself: linked in, and seen by nobody outside. */

import {keptByFile, keptOr} from '../cache/by-file.js';
import type {FirstDefinition} from '../model/evidence.js';
import {readObjectFile} from '../object/object-file.js';
import type {Environment} from '../process/temporary.js';

const allocator = ['malloc', 'calloc', 'realloc', 'free', 'posix_memalign', 'aligned_alloc'] as const;

/** Who stands first for the interpreter's own calls of it. Errors: ElfError. */
export function hiddenFirst(interpreter: string, env: Environment): ReadonlyMap<string, FirstDefinition> {
	return new Map(hiddenAllocator(interpreter, env).map(symbol => [symbol, {kind: 'hidden'}]));
}

/**
 * The functions of it, where the symbol table shows them; a stripped file does not. Static functions of other purposes may bear a name
 * of libc's by chance, so what is told of are allocators only, and only as a whole. Errors: ElfError.
 */
export function hiddenAllocator(interpreter: string, env: Environment): readonly string[] {
	return keptOr(keptByFile<readonly string[]>(interpreter, 'hidden', env), () => find(interpreter));
}

function find(interpreter: string): readonly string[] {
	const {dynamicSymbols, symbols} = readObjectFile(interpreter).elf;
	const named = new Set(dynamicSymbols.map(({name}) => name));
	const hidden = new Set(
		symbols
			.filter(
				({type, defined, bind, visibility}) =>
					type === 'function' && defined && (bind === 'local' || visibility === 'hidden'),
			)
			.map(({name}) => name),
	);
	const found = allocator.filter(name => hidden.has(name) && !named.has(name));
	return found.includes('malloc') && found.includes('free') ? found : [];
}
