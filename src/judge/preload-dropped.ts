/** This file is the rule for a Python that no preload reaches: whatever it calls passes every override by. */

import type {VerdictRule} from './rule.js';

export const preloadDropped: VerdictRule = ({preload}) =>
	preload === 'dropped' ? {kind: 'bypassed', bypassed: null, because: 'preload-dropped'} : null;
