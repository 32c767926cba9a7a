/** This file gathers what a build says of itself, from every source that it has. */

import type {Declared} from '../../model/report.js';
import type {PythonObject} from '../objects.js';
import type {Spoken} from '../start.js';
import {sysconfigFacts} from './sysconfig.js';

export function declare(spoken: Pick<Spoken, 'declared' | 'stdlib'>, _core: PythonObject): Declared {
	return {facts: [...sysconfigFacts(spoken.declared)]};
}
