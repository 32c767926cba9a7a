/** This file gathers what holds a report to something, so that a run which expects nothing loads none of it. */

export {holdBaseline} from '../contract/baseline.js';
export {holdContract} from '../contract/check.js';
export {contractFrom} from './contract-file.js';
export {readReport} from './saved.js';
