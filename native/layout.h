/*
 * This file is the one source of every number that C, assembly and TypeScript share: sizes, offsets, bits and masks.
 *
 * It holds plain defines and nothing else, so that assembly can include it. The C headers assert the numbers against their
 * structs; TypeScript reads them by name out of reader.so (LAYOUT lists the names). Offsets and sizes are in bytes.
 */
#ifndef PYINTERPOSE_LAYOUT_H
#define PYINTERPOSE_LAYOUT_H

/* The ledger (ledger.h): a header, then one row for each slot of each phase. */
#define LEDGER_MAGIC 0x736f707265746e69
#define LEDGER_VERSION 1
#define LEDGER_HEADER 128
#define LEDGER_VERSION_AT 8
#define LEDGER_SLOTS_AT 12
#define LEDGER_PHASES_AT 16
#define LEDGER_ROW_AT 20
#define LEDGER_SIZE_AT 24
/* Of the header's field `offset`, which says where the current phase's rows begin. */
#define LEDGER_OFFSET_AT 32
#define LEDGER_READY_AT 40
#define LEDGER_ENTRIES_AT 48
#define LEDGER_CHILDREN_AT 56
#define LEDGER_REPLACED_AT 64
#define LEDGER_NAMES_CHANGED_AT 72
#define LEDGER_LIBC_ENTRIES_AT 80
/* A row: four roles of callers on each of two sides, a number of eight bytes each. */
#define LEDGER_CALLERS 4
#define LEDGER_ROW 8
#define LEDGER_ROW_SIZE 64
#define LEDGER_ROW_BITS 6
/* Of a row's bypassed calls. */
#define LEDGER_BYPASSED_AT 32

/* A ledger of the curated list (count.h): rows for each slot, of the main thread and of the others. */
#define COUNT_ROWS_A_SLOT 2
/* A ledger of a sweep (sweep/runtime.h): the same two, and the one of doubtful attributions. */
#define SWEEP_ROWS 3
/* A sweep's handshake: the last bit, for the families' bits begin at the first. */
#define SWEEP_BIT 63
/* From one trampoline to the next: two cache lines, of which the first is all that a call from the interpreter runs through. */
#define SWEEP_STEP 128

/* A blob of entry counters (entries/entries.h): header, patches, redirections, names, fixups, code. */
#define BLOB_MAGIC 0x7365697274796e65
#define BLOB_VERSION 10
#define BLOB_HEADER 144
#define BLOB_MACHINE_AT 12
#define BLOB_SIZE_AT 16
#define BLOB_SLOTS_AT 24
#define BLOB_PATCHES_AT 28
#define BLOB_FIXUPS_AT 32
#define BLOB_CODE_SIZE_AT 36
#define BLOB_CODE_ADDRESS_AT 40
#define BLOB_HEADERS_AT 48
#define BLOB_BUILD_ID_SIZE_AT 56
#define BLOB_BUILD_ID_AT 60
#define BLOB_TO_SHARED_ROW_AT 124
#define BLOB_REDIRECTIONS_AT 128
#define BLOB_NAMES_AT 132
#define BLOB_SITE_STUBS_AT 136
#define BLOB_LEDGER_AT 140
#define BLOB_MOST_BUILD_ID 64
/* What a slot is below: it shares a word with a return address (ROLE_CACHE_SLOT_BITS). */
#define BLOB_MOST_SLOTS 4096
#define BLOB_COPY_SLOT 4097
#define ENTRIES_COPIES 0x80000000
#define PATCH_SIZE 72
#define PATCH_ENTRY_AT 0
#define PATCH_AT_AT 8
#define PATCH_RELAY_AT 16
#define PATCH_SLOT_AT 24
#define PATCH_COUNTER_AT 28
#define PATCH_RESUME_AT 32
#define PATCH_JUMP_BACK_AT 36
#define PATCH_DISPLACED_AT 40
#define PATCH_ORIGINAL_SIZE_AT 44
#define PATCH_ORIGINAL_AT 48
#define PATCH_MOST_ORIGINAL 24
#define REDIRECTION_SIZE 24
#define REDIRECTION_TARGET_AT 8
#define REDIRECTION_ORIGINAL_AT 12
#define REDIRECTION_KIND_AT 16
#define REDIRECTION_SLOT_AT 20
#define REDIRECTION_PAST 0
#define REDIRECTION_BOUND 1
#define REDIRECTION_NAMED 2
#define REDIRECTION_KINDS 3
#define NAME_SIZE 24
#define NAME_ENTRY_AT 8
#define NAME_SLOT_AT 16
#define NAME_SYMBOL_AT 20
/* What stands before a site stub: a mark that no instruction can be, and the index of the function's patch. */
#define SITE_STUB_HEAD 8
#define SITE_STUB_MARK 0xcccccccc
#define FIXUP_SIZE 8
#define FIXUP_KIND_AT 4
#define FIXUP_RELATIVE32 0
#define FIXUP_BRANCH26 1
#define FIXUP_ABSOLUTE64 2
#define FIXUP_THREAD32 3
#define FIXUP_KINDS 4

/* What a blob's code begins with (entries/stubs.h): what is known at run time only. */
#define STUBS_HEAD 48
#define STUBS_COUNTER_AT 0
#define STUBS_LOW_AT 8
#define STUBS_SIZE_AT 16
#define STUBS_MAIN_LEDGER_AT 24
#define STUBS_MAIN_LOW_AT 32

/* What entries/role.c keeps for the assembly: return address, slot and role in one word. */
#define ROLE_CACHE 4096
#define ROLE_CACHE_SLOT_BITS 12
#define ROLE_CACHE_ROLE_BITS 4
#define ROLE_CACHE_SHIM 15
/* An entry's place in it is that of return address + slot << ROLE_CACHE_SLOT_STEP. */
#define ROLE_CACHE_SLOT_STEP 5

/* The file of call sites (sweep/sites.h). */
#define SITES_MAGIC 0x73657469737a6e65
#define SITES_VERSION 1
/* A broad workload meets some 3,000 sites outside the interpreter, and 20,000 in it. */
#define SITES 65536
#define SITES_OBJECTS 1024
#define SITES_HEADER 64
#define SITES_OBJECTS_AT 20
#define SITES_MISSED_AT 24
#define SITES_OBJECT 256
#define SITES_OBJECT_PATH_AT 24
#define SITES_SITE 32
#define SITES_SITE_CALLS_AT 8
#define SITES_SITE_ATTRIBUTION_AT 16
#define SITES_SITE_ORIGIN_AT 24

/* What a process tells of itself (told.h): a header, then records. */
#define TOLD_MAGIC 0x646c6f742d657970
#define TOLD_VERSION 1
#define TOLD_MOST 8192
#define TOLD_HEADER 64
#define TOLD_RECORDS_AT 16
#define TOLD_RECORD 256
#define TOLD_SLOT_AT 4
#define TOLD_CALLER_AT 8
#define TOLD_OBJECT_AT 24
#define TOLD_OBJECT_SIZE 232
#define TOLD_KIND_DEFINES 1
#define TOLD_KIND_BY_NAME 2
#define TOLD_KIND_BY_ADDRESS 3
#define TOLD_KIND_LOADED 4

/* The ledger of an audit (audit/ledger.h): header, objects, sites. */
#define AUDIT_MAGIC 0x7469647561797069
#define AUDIT_VERSION 1
#define AUDIT_HEADER 64
#define AUDIT_OBJECTS_USED_AT 12
#define AUDIT_OTHERS_AT 20
#define AUDIT_LOST_AT 24
#define AUDIT_READY_AT 32
#define AUDIT_OBJECTS 512
#define AUDIT_OBJECT 504
#define AUDIT_OBJECT_STARTUP_AT 40
#define AUDIT_OBJECT_OUTCOME_AT 44
#define AUDIT_OBJECT_CLOSED_AT 48
#define AUDIT_OBJECT_PATH_AT 56
/* How many, a power of two; the size of one. */
#define AUDIT_SITES 131072
#define AUDIT_SITE 32
#define AUDIT_SITE_CALLS_AT 8
#define AUDIT_SITE_FORWARDS_AT 16
/* An address of user space has 47 bits; a slot, plus one, the rest of a site's key. */
#define AUDIT_SLOT_BITS 13
/* What a stub says of its function (audit/entered.h): its slot; that it may end in a jump; from this bit on, its library. */
#define ENTERED_SLOT 0xffff
#define ENTERED_MAY_JUMP 0x10000
#define ENTERED_LIBRARY_BIT 20

/* Which of them reader.c tells. */
/* clang-format off */
#define LAYOUT(X) \
	X(LEDGER_MAGIC) \
	X(LEDGER_VERSION) \
	X(LEDGER_HEADER) \
	X(LEDGER_VERSION_AT) \
	X(LEDGER_SLOTS_AT) \
	X(LEDGER_PHASES_AT) \
	X(LEDGER_ROW_AT) \
	X(LEDGER_SIZE_AT) \
	X(LEDGER_OFFSET_AT) \
	X(LEDGER_READY_AT) \
	X(LEDGER_ENTRIES_AT) \
	X(LEDGER_CHILDREN_AT) \
	X(LEDGER_REPLACED_AT) \
	X(LEDGER_NAMES_CHANGED_AT) \
	X(LEDGER_LIBC_ENTRIES_AT) \
	X(LEDGER_CALLERS) \
	X(LEDGER_ROW) \
	X(LEDGER_ROW_SIZE) \
	X(LEDGER_BYPASSED_AT) \
	X(COUNT_ROWS_A_SLOT) \
	X(SWEEP_ROWS) \
	X(SWEEP_BIT) \
	X(SWEEP_STEP) \
	X(BLOB_MAGIC) \
	X(BLOB_VERSION) \
	X(BLOB_HEADER) \
	X(BLOB_MACHINE_AT) \
	X(BLOB_SIZE_AT) \
	X(BLOB_SLOTS_AT) \
	X(BLOB_PATCHES_AT) \
	X(BLOB_FIXUPS_AT) \
	X(BLOB_CODE_SIZE_AT) \
	X(BLOB_CODE_ADDRESS_AT) \
	X(BLOB_HEADERS_AT) \
	X(BLOB_BUILD_ID_SIZE_AT) \
	X(BLOB_BUILD_ID_AT) \
	X(BLOB_TO_SHARED_ROW_AT) \
	X(BLOB_REDIRECTIONS_AT) \
	X(BLOB_NAMES_AT) \
	X(BLOB_SITE_STUBS_AT) \
	X(BLOB_LEDGER_AT) \
	X(BLOB_MOST_BUILD_ID) \
	X(BLOB_MOST_SLOTS) \
	X(BLOB_COPY_SLOT) \
	X(PATCH_SIZE) \
	X(PATCH_ENTRY_AT) \
	X(PATCH_AT_AT) \
	X(PATCH_RELAY_AT) \
	X(PATCH_SLOT_AT) \
	X(PATCH_COUNTER_AT) \
	X(PATCH_RESUME_AT) \
	X(PATCH_JUMP_BACK_AT) \
	X(PATCH_DISPLACED_AT) \
	X(PATCH_ORIGINAL_SIZE_AT) \
	X(PATCH_ORIGINAL_AT) \
	X(PATCH_MOST_ORIGINAL) \
	X(REDIRECTION_SIZE) \
	X(REDIRECTION_TARGET_AT) \
	X(REDIRECTION_ORIGINAL_AT) \
	X(REDIRECTION_KIND_AT) \
	X(REDIRECTION_SLOT_AT) \
	X(REDIRECTION_PAST) \
	X(REDIRECTION_BOUND) \
	X(REDIRECTION_NAMED) \
	X(NAME_SIZE) \
	X(NAME_ENTRY_AT) \
	X(NAME_SLOT_AT) \
	X(NAME_SYMBOL_AT) \
	X(SITE_STUB_HEAD) \
	X(SITE_STUB_MARK) \
	X(FIXUP_SIZE) \
	X(FIXUP_KIND_AT) \
	X(FIXUP_RELATIVE32) \
	X(FIXUP_BRANCH26) \
	X(FIXUP_ABSOLUTE64) \
	X(FIXUP_THREAD32) \
	X(STUBS_HEAD) \
	X(STUBS_COUNTER_AT) \
	X(STUBS_LOW_AT) \
	X(STUBS_SIZE_AT) \
	X(STUBS_MAIN_LEDGER_AT) \
	X(TOLD_MAGIC) \
	X(TOLD_VERSION) \
	X(TOLD_MOST) \
	X(TOLD_HEADER) \
	X(TOLD_RECORDS_AT) \
	X(TOLD_RECORD) \
	X(TOLD_SLOT_AT) \
	X(TOLD_CALLER_AT) \
	X(TOLD_OBJECT_AT) \
	X(TOLD_KIND_DEFINES) \
	X(TOLD_KIND_BY_NAME) \
	X(TOLD_KIND_BY_ADDRESS) \
	X(TOLD_KIND_LOADED) \
	X(SITES_MAGIC) \
	X(SITES_VERSION) \
	X(SITES) \
	X(SITES_OBJECTS) \
	X(SITES_HEADER) \
	X(SITES_OBJECTS_AT) \
	X(SITES_MISSED_AT) \
	X(SITES_OBJECT) \
	X(SITES_OBJECT_PATH_AT) \
	X(SITES_SITE) \
	X(SITES_SITE_CALLS_AT) \
	X(SITES_SITE_ATTRIBUTION_AT) \
	X(SITES_SITE_ORIGIN_AT) \
	X(AUDIT_MAGIC) \
	X(AUDIT_VERSION) \
	X(AUDIT_HEADER) \
	X(AUDIT_OBJECTS_USED_AT) \
	X(AUDIT_OTHERS_AT) \
	X(AUDIT_LOST_AT) \
	X(AUDIT_READY_AT) \
	X(AUDIT_OBJECTS) \
	X(AUDIT_OBJECT) \
	X(AUDIT_OBJECT_STARTUP_AT) \
	X(AUDIT_OBJECT_OUTCOME_AT) \
	X(AUDIT_OBJECT_CLOSED_AT) \
	X(AUDIT_OBJECT_PATH_AT) \
	X(AUDIT_SITES) \
	X(AUDIT_SITE) \
	X(AUDIT_SITE_CALLS_AT) \
	X(AUDIT_SITE_FORWARDS_AT) \
	X(AUDIT_SLOT_BITS) \
	X(ENTERED_SLOT) \
	X(ENTERED_MAY_JUMP) \
	X(ENTERED_LIBRARY_BIT)
/* clang-format on */

#endif
