/** This file is the rule for a symbol that this build does not have. */

import type {Rule} from './rule.js';

export const absent: Rule = ({defined}) => (defined ? null : {kind: 'absent'});
