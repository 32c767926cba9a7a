/** This file makes the JSON Schema of pyinterpose.toml from the table of what it may set, for editors that check TOML by one. */

import type {Command, Option} from '../../src/commands/command.js';
import {type SettingKind, settingsOf, topKeys} from '../../src/commands/config/keys.js';

export function configSchema(commands: readonly Command[]): object {
	const formats = commands.find(({name}) => name === 'check')?.options.find(({name}) => name === 'format')?.words ?? [];
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		$id: 'urn:pyinterpose:config:1',
		title: 'pyinterpose.toml',
		description: 'What pyinterpose finds upwards from the working folder: targets, contract, outputs and options.',
		type: 'object',
		additionalProperties: false,
		properties: {
			targets: {description: readBy('targets'), ...kinds.names},
			contract: {description: readBy('contract'), ...kinds.file},
			outputs: {
				description: readBy('outputs'),
				type: 'object',
				additionalProperties: false,
				properties: Object.fromEntries(formats.map(format => [format, kinds.files])),
			},
			options: {
				type: 'object',
				additionalProperties: false,
				properties: Object.fromEntries(commands.map(command => [command.name, optionsOf(command)])),
			},
		},
	};
}

function readBy(key: 'targets' | 'contract' | 'outputs'): string {
	return `Read by ${topKeys[key].readBy.join(', ')}.`;
}

function optionsOf({name, options}: Command): object {
	const {settings} = settingsOf(name);
	return {
		type: 'object',
		additionalProperties: false,
		properties: Object.fromEntries(
			options.flatMap(option => {
				const kind = settings[option.name];
				return kind === undefined ? [] : [[option.name, {description: option.help, ...settingSchema(kind, option)}]];
			}),
		),
	};
}

function settingSchema(kind: SettingKind, {words}: Option): object {
	return kind === 'text' && words !== undefined ? {enum: words} : kinds[kind];
}

const text = {type: 'string', minLength: 1};
const textOrList = {anyOf: [text, {type: 'array', minItems: 1, items: text}]};
const pair = {type: 'string', pattern: '^[^=]+=.+$'};
const kinds = {
	flag: {type: 'boolean'},
	number: {type: 'number', exclusiveMinimum: 0},
	text,
	texts: textOrList,
	file: text,
	files: textOrList,
	name: text,
	names: textOrList,
	outputs: {anyOf: [pair, {type: 'array', minItems: 1, items: pair}]},
} as const satisfies Record<SettingKind, object>;
