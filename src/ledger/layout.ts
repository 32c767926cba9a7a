/** This file tells the numbers that TypeScript shares with C and assembly: native/layout.h holds them, reader.so tells them. */

import {getSystemErrorName} from 'node:util';
import {SuiteError} from '../errors.js';
import {reader} from './native.js';

const names = [
	'LEDGER_HEADER',
	'LEDGER_OFFSET_AT',
	'LEDGER_CALLERS',
	'LEDGER_ROW',
	'LEDGER_ROW_SIZE',
	'LEDGER_BYPASSED_AT',
	'COUNT_ROWS_A_SLOT',
	'SWEEP_ROWS',
	'SWEEP_BIT',
	'BLOB_VERSION',
	'BLOB_HEADER',
	'BLOB_MACHINE_AT',
	'BLOB_SIZE_AT',
	'BLOB_SLOTS_AT',
	'BLOB_PATCHES_AT',
	'BLOB_FIXUPS_AT',
	'BLOB_CODE_SIZE_AT',
	'BLOB_CODE_ADDRESS_AT',
	'BLOB_HEADERS_AT',
	'BLOB_BUILD_ID_SIZE_AT',
	'BLOB_BUILD_ID_AT',
	'BLOB_TO_SHARED_ROW_AT',
	'BLOB_REDIRECTIONS_AT',
	'BLOB_NAMES_AT',
	'BLOB_SITE_STUBS_AT',
	'BLOB_LEDGER_AT',
	'BLOB_MOST_BUILD_ID',
	'BLOB_MOST_SLOTS',
	'PATCH_SIZE',
	'PATCH_ENTRY_AT',
	'PATCH_AT_AT',
	'PATCH_RELAY_AT',
	'PATCH_SLOT_AT',
	'PATCH_COUNTER_AT',
	'PATCH_RESUME_AT',
	'PATCH_JUMP_BACK_AT',
	'PATCH_DISPLACED_AT',
	'PATCH_ORIGINAL_SIZE_AT',
	'PATCH_ORIGINAL_AT',
	'PATCH_MOST_ORIGINAL',
	'REDIRECTION_SIZE',
	'REDIRECTION_TARGET_AT',
	'REDIRECTION_ORIGINAL_AT',
	'REDIRECTION_KIND_AT',
	'REDIRECTION_SLOT_AT',
	'REDIRECTION_PAST',
	'REDIRECTION_BOUND',
	'REDIRECTION_NAMED',
	'NAME_SIZE',
	'NAME_ENTRY_AT',
	'NAME_SLOT_AT',
	'NAME_SYMBOL_AT',
	'SITE_STUB_HEAD',
	'SITE_STUB_MARK',
	'FIXUP_SIZE',
	'FIXUP_KIND_AT',
	'FIXUP_RELATIVE32',
	'FIXUP_BRANCH26',
	'FIXUP_ABSOLUTE64',
	'STUBS_HEAD',
	'STUBS_COUNTER_AT',
	'STUBS_LOW_AT',
	'STUBS_SIZE_AT',
	'STUBS_MAIN_LEDGER_AT',
	'TOLD_VERSION',
	'TOLD_MOST',
	'TOLD_HEADER',
	'TOLD_RECORDS_AT',
	'TOLD_RECORD',
	'TOLD_SLOT_AT',
	'TOLD_CALLER_AT',
	'TOLD_OBJECT_AT',
	'TOLD_KIND_DEFINES',
	'TOLD_KIND_BY_NAME',
	'TOLD_KIND_BY_ADDRESS',
	'TOLD_KIND_LOADED',
	'SITES_VERSION',
	'SITES',
	'SITES_OBJECTS',
	'SITES_HEADER',
	'SITES_OBJECTS_AT',
	'SITES_MISSED_AT',
	'SITES_OBJECT',
	'SITES_OBJECT_PATH_AT',
	'SITES_SITE',
	'SITES_SITE_CALLS_AT',
	'SITES_SITE_ATTRIBUTION_AT',
	'SITES_SITE_ORIGIN_AT',
	'AUDIT_VERSION',
	'AUDIT_HEADER',
	'AUDIT_OBJECTS_USED_AT',
	'AUDIT_OTHERS_AT',
	'AUDIT_LOST_AT',
	'AUDIT_READY_AT',
	'AUDIT_OBJECTS',
	'AUDIT_OBJECT',
	'AUDIT_OBJECT_STARTUP_AT',
	'AUDIT_OBJECT_OUTCOME_AT',
	'AUDIT_OBJECT_CLOSED_AT',
	'AUDIT_OBJECT_PATH_AT',
	'AUDIT_SITES',
	'AUDIT_SITE',
	'AUDIT_SITE_CALLS_AT',
	'AUDIT_SITE_FORWARDS_AT',
	'AUDIT_SLOT_BITS',
	'ENTERED_SLOT',
	'ENTERED_MAY_JUMP',
	'ENTERED_LIBRARY_BIT',
] as const;

/** What a file begins with: a number of 64 bits. */
const magics = ['BLOB_MAGIC', 'SITES_MAGIC', 'TOLD_MAGIC', 'AUDIT_MAGIC'] as const;

export type Layout = Readonly<Record<(typeof names)[number], number> & Record<(typeof magics)[number], bigint>>;

let read: Layout | undefined;

/** Errors: SuiteError where the native part was not built, or is of another version. */
export function layout(): Layout {
	read ??= Object.fromEntries([
		...names.map(name => [name, Number(numberOf(name))]),
		...magics.map(name => [name, numberOf(name)]),
	]) as Layout;
	return read;
}

function numberOf(name: string): bigint {
	const out = Buffer.alloc(8);
	const result = reader().reader_layout(name, out);
	if (result === 0) return out.readBigUInt64LE();
	throw new SuiteError(`The native part does not know the number ${name}: ${getSystemErrorName(result)}.`, {
		hint: "Run 'npx node-gyp rebuild' in the package's folder.",
	});
}
