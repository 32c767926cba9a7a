/** This file writes an explanation as JSON. */

import type {Explanation} from '../../model/explanation.js';
import {jsonText} from '../json.js';
import {adviceOn} from './advice.js';
import {byHand} from './by-hand.js';
import type {ExplainOptions} from './explain.js';
import {answer, notes} from './explain-words.js';

/** The evidence as it was gathered, and what the terminal shows beside it. */
export function explanationJson(explanation: Explanation, {family, host, tools}: ExplainOptions): string {
	return jsonText({
		schema: 1,
		answer: answer(explanation),
		...explanation,
		notes: notes(explanation),
		...adviceOn(family, explanation.symbol, explanation),
		tools: tools.map(({tool: {name, kind, version, source}, outcome}) => ({name, kind, version, source, outcome})),
		byHand: byHand(explanation, host),
	});
}
