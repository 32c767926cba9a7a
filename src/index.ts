/** This file is the public API. */

export {checkBaseline} from './contract/baseline.js';
export {checkContract, checkInspected} from './contract/check.js';
export {compare} from './contract/compare.js';
export {parseReport} from './contract/parse.js';
export {readContract} from './contract/read.js';
export {writeContract} from './contract/write.js';
export {ElfError, SuiteError, TargetError, UsageError} from './errors.js';
export type {Binding, BindingMode, InspectReport, SymbolReferences} from './model/binding.js';
export type {Caller, Claim, Family, Route} from './model/claim.js';
export type {BuildComparison, Change, ChangeKind, Comparison} from './model/comparison.js';
export type {Broken, Contract, Rule} from './model/contract.js';
export type {CallsReport, Finding, FunctionReport, Report, TargetReport} from './model/report.js';
export {type ClaimReport, reportedClaims} from './model/reported-claims.js';
export type {Cause, Verdict, VerdictKind} from './model/verdict.js';
export {type CheckOptions, checkTargets} from './pipeline.js';
export {renderHtml} from './render/html/html.js';
export {renderJson} from './render/json.js';
export {renderJunit} from './render/report/junit.js';
export {renderMarkdown} from './render/report/markdown.js';
export {renderTap} from './render/report/tap.js';
export {renderTerminal} from './render/report/terminal.js';
export {renderTmt} from './render/report/tmt.js';
