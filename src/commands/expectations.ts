/** This file gathers what holds a report to something, so that a run which expects nothing loads none of it. */

export {checkBaseline} from '../contract/baseline.js';
export {checkContract} from '../contract/check.js';
export {contractFrom} from './contract-file.js';
export {readReport} from './saved.js';
