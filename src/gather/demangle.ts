/**
 * This file reads C++ and Rust names, by the demangler that the Firefox profiler uses: cpp_demangle and rustc-demangle, compiled
 * to WebAssembly. c++filt would need binutils, which a machine that runs Python need not have.
 */

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

/** A name that is not mangled is given back as it is. */
export type Demangle = (name: string) => string;

/** Loaded once, where it is asked for: few names are mangled. */
export function loadDemangler(): Promise<Demangle> {
	loaded ??= load();
	return loaded;
}

let loaded: Promise<Demangle> | undefined;

async function load(): Promise<Demangle> {
	// The package's main file imports WebAssembly as a module, which Node does not do without a flag.
	const glue: Glue = await import(`${packageName}/index_bg.js`);
	const code = readFileSync(createRequire(import.meta.url).resolve(`${packageName}/index_bg.wasm`));
	const {exports} = new WebAssembly.Instance(new WebAssembly.Module(code), {'./index_bg.js': glue});
	glue.__wbg_set_wasm(exports);
	exports.__wbindgen_start();
	return glue.demangle_any;
}

const packageName = 'gecko-profiler-demangle';

/** As much of it as is used here: Node's types leave it to those of browsers. */
const {WebAssembly} = globalThis as unknown as {
	readonly WebAssembly: {
		readonly Module: new (code: Uint8Array) => object;
		readonly Instance: new (module: object, imports: object) => {readonly exports: DemanglerExports};
	};
};

interface DemanglerExports {
	__wbindgen_start(): void;
}

interface Glue {
	__wbg_set_wasm(exports: DemanglerExports): void;
	demangle_any(name: string): string;
}

/** Whether a name is written as in source code rather than as in a symbol table. */
export function isDemangled(name: string): boolean {
	return /[( :]/.test(name);
}

/** Those of the mangled names that mean the function, given with its parameters or without. */
export function mangledNamesOf(wanted: string, names: Iterable<string>, demangle: Demangle): readonly string[] {
	const meant = plain(wanted);
	const isMeant = (name: string) => name === meant || name.replace(/\(.*$/s, '') === meant;
	return [...names].filter(name => /^_[ZR]/.test(name) && isMeant(plain(demangle(name))));
}

/** Demanglers differ in spaces, and in whether they write std::string in full. */
function plain(name: string): string {
	return name
		.replace(/std::(?:__cxx11::)?basic_string<char, ?std::char_traits<char>, ?std::allocator<char> ?>/g, 'std::string')
		.replace(/std::basic_(\w*stream)<char, ?std::char_traits<char> ?>/g, 'std::$1')
		.replace(/\s+/g, '');
}
