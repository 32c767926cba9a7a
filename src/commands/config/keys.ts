/** This file says what pyinterpose.toml may set, command by command, and what it may not, with the reason. */

/** What a value is, in TOML and on the command line. */
export const settingKinds = {
	flag: 'true or false',
	number: 'a number above zero',
	text: 'text',
	texts: 'text, or a list of it',
	/** A path, from the folder of pyinterpose.toml. */
	file: 'a path',
	files: 'a path, or a list of them',
	/** As the shell and the loader take it: a path where it has a slash, else a name to be searched for. */
	name: 'a name or a path',
	names: 'a name or a path, or a list of them',
	/** FORMAT=FILE. */
	outputs: 'FORMAT=FILE, or a list of it',
} as const;
export type SettingKind = keyof typeof settingKinds;

export interface CommandSettings {
	readonly settings: Readonly<Record<string, SettingKind>>;
	/** Of the command line alone; the reason ends a sentence. */
	readonly never: Readonly<Record<string, string>>;
}

const oneRun = 'it is about one run';
const inOneWay = "'format' says it";
const wouldHide = 'nobody would find out why nothing fails';
const atTheTop = (key: string) => `the key '${key}' at the top of the file says it`;

const reporting = {format: 'text', output: 'outputs', quiet: 'flag'} as const;
const reportingNever = {json: inOneWay, 'skip-exit-code': wouldHide};
const counting = {'no-entry-counts': 'flag', literal: 'flag', inlined: 'flag'} as const;

/** Every option of every command is in one list or the other. */
export const commandSettings: Readonly<Record<string, CommandSettings>> = {
	check: {
		settings: {
			symbols: 'texts',
			routes: 'texts',
			'no-sweep': 'flag',
			...counting,
			baseline: 'file',
			details: 'flag',
			format: 'text',
			quiet: 'flag',
			timeout: 'number',
			jobs: 'number',
		},
		never: {
			...reportingNever,
			all: "'targets' names the Pythons",
			embed: oneRun,
			libpython: oneRun,
			shard: oneRun,
			measured: oneRun,
			contract: atTheTop('contract'),
			output: atTheTop('outputs'),
		},
	},
	list: {settings: {json: 'flag', timeout: 'number'}, never: {}},
	run: {
		settings: {python: 'name', report: 'flag', sort: 'text', children: 'flag', detach: 'flag', ...counting},
		never: {
			module: oneRun,
			code: oneRun,
			libpython: oneRun,
			json: oneRun,
			sites: oneRun,
			live: 'it needs a terminal, which not every run has',
		},
	},
	inspect: {settings: {json: 'flag', symbols: 'flag', data: 'flag', contract: 'file'}, never: {}},
	bench: {
		settings: {workload: 'texts', seconds: 'number', 'no-pin': 'flag', json: 'flag'},
		never: {handicap: 'it is a control of one run'},
	},
	lab: {
		settings: {source: 'file', quick: 'flag', jobs: 'number', 'no-bench': 'flag', seconds: 'number'},
		never: {all: oneRun, format: oneRun, from: oneRun, measured: oneRun, claim: oneRun, json: oneRun},
	},
	audit: {
		settings: {env: 'texts', expect: 'text', details: 'flag', ...reporting, timeout: 'number'},
		never: reportingNever,
	},
	mechanisms: {settings: {...reporting, timeout: 'number'}, never: reportingNever},
	explain: {settings: {json: 'flag', timeout: 'number'}, never: {}},
	doctor: {settings: {...reporting, library: 'names', timeout: 'number'}, never: reportingNever},
	hunt: {
		settings: {...reporting, libpython: 'files', jobs: 'number', timeout: 'number'},
		never: {...reportingNever, shard: oneRun, resume: oneRun, merge: oneRun},
	},
	diff: {settings: reporting, never: {...reportingNever, markdown: inOneWay}},
	history: {settings: reporting, never: {json: inOneWay}},
	merge: {settings: {...reporting, details: 'flag'}, never: {...reportingNever, measured: oneRun}},
	contract: {settings: reporting, never: {...reportingNever, file: oneRun}},
	cache: {settings: {}, never: {}},
	man: {settings: {}, never: {}},
	completion: {settings: {}, never: {}},
};

export function settingsOf(command: string): CommandSettings {
	return (Object.hasOwn(commandSettings, command) ? commandSettings[command] : undefined) ?? {settings: {}, never: {}};
}

/** The keys at the top of the file, and the commands that read them. */
export const topKeys = {
	/** What check, doctor and mechanisms are about where no target is named, neither there nor in $PYTHON. */
	targets: {kind: 'names', readBy: ['check', 'doctor', 'mechanisms'], is: 'a name or a path, or a list of them'},
	contract: {kind: 'file', readBy: ['check'], is: 'a path'},
	outputs: {kind: 'outputs', readBy: ['check'], is: 'a table of formats, each with a path or a list of them'},
	options: {
		kind: 'options',
		readBy: Object.keys(commandSettings),
		is: 'a table of commands, each with a table of its options',
	},
} as const;

/** Options that mean that the targets are not those of the file. */
export const namesTargets: readonly string[] = ['all', 'embed'];

/** A flag that takes another's effect back: --no-quiet, and --sweep for --no-sweep. */
export function negation(flag: string): string {
	return flag.startsWith('no-') ? flag.slice('no-'.length) : `no-${flag}`;
}
