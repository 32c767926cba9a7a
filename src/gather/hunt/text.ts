/** This file finds the lines of scripts and units that set LD_PRELOAD. */

export interface SettingLine {
	readonly line: number;
	readonly text: string;
	/** File names, without folders. */
	readonly libraries: readonly string[];
}

/** Whether a file of this name and first bytes is a script or a unit. */
export function mayBeText(path: string, head: Uint8Array): boolean {
	// '#!'
	if (head[0] === 0x23 && head[1] === 0x21) return true;
	const slash = path.lastIndexOf('/');
	const name = path.slice(slash + 1);
	const dot = name.lastIndexOf('.');
	// A name that begins with its only dot has no extension.
	if (dot > 0 && extensions.has(name.slice(dot))) return true;
	const folder = `/${path.slice(0, Math.max(slash, 0))}`;
	return names.has(name) || folders.some(one => folder.endsWith(one));
}

const extensions: ReadonlySet<string> = new Set(
	'.service .socket .timer .mount .conf .cfg .ini .env .desktop .sh .bash .csh .fish .zsh .py .pl .pm .rb .lua .mk'.split(
		' ',
	),
);
const folders: readonly string[] = ['/etc/default', '/environment.d', '/profile.d', '/Xsession.d', '/init.d'];
const names: ReadonlySet<string> = new Set(['environment', 'ld.so.preload', 'Makefile', 'rules']);

/** What is longer is no script that a person wrote. */
export const longestText = 1 << 20;

export function settingLines(bytes: Uint8Array): readonly SettingLine[] {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	// Nearly no file has it, and looking for bytes is cheap.
	if (!buffer.includes(variable)) return [];
	return buffer
		.toString('utf8')
		.split('\n')
		.flatMap((text, index) =>
			sets(text) ? [{line: index + 1, text: shortened(text), libraries: librariesIn(text)}] : [],
		);
}

const variable = 'LD_PRELOAD';
const settings: readonly RegExp[] = [
	// Shell, environment files, units (Environment=LD_PRELOAD=…), make.
	/\bLD_PRELOAD(=|\s*[+:?]=)(?![=~])/,
	// csh and fish: setenv LD_PRELOAD …, set -x LD_PRELOAD …
	/\b(setenv|set\s+-\w+)\s+LD_PRELOAD\s+\S/,
	// Languages: environ["LD_PRELOAD"] = …, {"LD_PRELOAD": …}, setenv("LD_PRELOAD", …).
	/['"]LD_PRELOAD['"]\s*(\]\s*[+|]?=(?!=)|:|=>)/,
	/(setenv|setdefault)\(\s*['"]LD_PRELOAD['"]/,
	/putenv\(\s*['"]LD_PRELOAD=/,
];

function sets(text: string): boolean {
	return text.includes(variable) && !/^\s*(#|\/\/|;|\*|--)/.test(text) && settings.some(setting => setting.test(text));
}

/** File names of libraries, without folders. */
export function librariesIn(text: string): readonly string[] {
	return [...new Set(text.match(/[\w.+-]+\.so(?:\.\d+)*(?![\w-])/g))].sort();
}

const longestLine = 160;

function shortened(text: string): string {
	const trimmed = text.trim();
	return trimmed.length <= longestLine ? trimmed : `${trimmed.slice(0, longestLine - 1)}…`;
}
