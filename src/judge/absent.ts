/** This file is the rule for a symbol that this build does not have. */

import type {VerdictRule} from './rule.js';

export const absent: VerdictRule = ({defined}) => (defined ? null : {kind: 'absent'});
