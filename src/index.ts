/** This file is the public API. */

export {ElfError, SuiteError, TargetError, UsageError} from './errors.js';
export type {Binding, BindingMode, InspectReport, SymbolReferences} from './model/binding.js';
export type {Caller, Claim, Family, Route} from './model/claim.js';
export type {ClaimReport, Finding, Report, SweepReport, TargetReport} from './model/report.js';
export type {Cause, Verdict, VerdictKind} from './model/verdict.js';
export {type CheckOptions, checkTargets} from './pipeline.js';
export {renderJson} from './render/json.js';
export {renderTerminal} from './render/terminal.js';
