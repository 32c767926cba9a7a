/** This file reads what Debian's packages say that they depend on, as far as it is a Python's own. */

export interface MissingPackage {
	readonly path: string;
	readonly needs: string;
	readonly version: string;
}

/** `controls` by package. Libraries are left to the loader, which knows what the machine has. Null where none is missing. */
export function missingPackage(controls: ReadonlyMap<string, string>): MissingPackage | null {
	const given = new Map([...controls.values()].map(text => [field(text, 'Package'), field(text, 'Version')]));
	for (const [path, text] of controls) {
		for (const dependency of dependenciesOf(text)) {
			const ownKind = dependency.filter(({name}) => ofPython.test(name));
			const [first] = ownKind;
			if (first === undefined || ownKind.some(one => satisfies(given.get(one.name), one.version))) continue;
			return {path, needs: first.name, version: first.version};
		}
	}
	return null;
}

const ofPython = /^(lib)?python\d/;

interface Dependency {
	readonly name: string;
	/** `(= 3.11.2-6)`; empty where any will do. */
	readonly version: string;
}

/** Each is satisfied by any of its alternatives. */
function dependenciesOf(text: string): readonly (readonly Dependency[])[] {
	return ['Pre-Depends', 'Depends']
		.flatMap(name => field(text, name).split(','))
		.map(group => group.split('|').flatMap(dependencyIn));
}

function dependencyIn(text: string): readonly Dependency[] {
	const [, name, version = ''] = /^\s*([\w.+-]+)(?::\w+)?\s*(\([^)]*\))?/.exec(text) ?? [];
	return name === undefined ? [] : [{name, version}];
}

/** Only one version is asked for exactly; which of two is newer is dpkg's to say, when it installs them. */
function satisfies(given: string | undefined, version: string): boolean {
	const exact = /^\(=\s*(.*)\)$/.exec(version)?.[1];
	return given !== undefined && (exact === undefined || exact.trim() === given);
}

/** Empty where it is not there. A line that begins with a blank goes on with the one above. */
function field(text: string, name: string): string {
	return new RegExp(`^${name}:[ \\t]*((?:.|\\n[ \\t])*)`, 'm').exec(text)?.[1]?.trim() ?? '';
}
