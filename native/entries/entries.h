/*
 * This file is the blob of entry counters, which the driver writes (src/entries/blob.ts) and blob.c reads; and the reasons
 * for which entries.c patches nothing, which reader.c puts into words. Its numbers are in layout.h.
 *
 * An entry counter is an inline hook. The first instructions of a function are displaced: they are encoded anew in a stub that stands
 * near the interpreter, and a jump to the stub is written over them. The stub counts, and resumes: runs the displaced instructions
 * and jumps back to what follows them in the function. Where a function has no room for a jump of five bytes, one of two bytes leads
 * to a relay jump, in bytes that a donor lends: a function nearby of which more instructions are displaced than its own jump needs.
 *
 * A call that no override could get, whatever the flags of the build, is not to be counted: a function's direct call of itself, and
 * the jump that is all of a function which the compiler found to be the same as another. Such an instruction is redirected: it is
 * pointed at where the stub resumes.
 *
 * Most calls are made by the interpreter itself, by a direct call or jump. Where the blob is for a sweep, such a site is redirected as
 * well: to a site stub, which counts the call and goes on where the function's stub resumes. So the call is counted where it is made,
 * its caller is known by the site, and neither an override's trampoline nor an entry counter has to find out who called. A bound
 * site is counted as bypassed. A named one (through the PLT) is counted as honored, and is redirected only where the slot of the GOT
 * holds the sweep's override and that override would forward to the function. What enters by an address still meets the entry counter.
 * The site stubs, and then the entry counters too, count in a second mapping of the ledger at a fixed distance behind the code: the
 * main thread in its own rows by a plain addition, as it does elsewhere, any other in the shared rows, atomically. Which thread it is
 * says a variable that each has of its own, entries_main_low.
 *
 * The stubs are encoded for one distance from the interpreter; the fixups list what changes at another.
 */
#ifndef PYINTERPOSE_ENTRIES_H
#define PYINTERPOSE_ENTRIES_H

#include "../layout.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

struct blob {
	uint64_t magic;
	uint32_t version;
	/* e_machine of the interpreter's ELF header. */
	uint32_t machine;
	/* Of the part that entries.c reads, in bytes; what follows is the driver's. */
	uint64_t size;
	/* The ledger must have at least so many rows. */
	uint32_t slots;
	uint32_t patches;
	uint32_t fixups;
	uint32_t code_size;
	/* Where the code is meant to stand, as an address of the interpreter's file; may be negative. */
	int64_t code_address;
	/* The interpreter that it was made for: FNV-1a of its program headers, and its build-id. */
	uint64_t headers;
	uint32_t build_id_size;
	uint8_t build_id[BLOB_MOST_BUILD_ID];
	/*
	 * From a slot's row of the main thread to its row that the other threads share (count.h), in rows; 0 where all threads
	 * share one.
	 */
	uint32_t to_shared_row;
	uint32_t redirections;
	uint32_t names;
	/* Where in the code the site stubs begin, which end it; and how far behind the code's beginning the ledger is mapped: 0 for not. */
	uint32_t site_stubs;
	uint32_t ledger;
	/*
	 * Then: struct patch[patches], sorted by entry; struct redirection[redirections]; struct name[names]; struct fixup[fixups]; the
	 * code, aligned to 16.
	 */
};

/* One patched function. Addresses are the interpreter's file's; offsets are into the code. */
struct patch {
	uint64_t entry;
	/* Where the jump is written: the entry, or behind its landing pad (ENDBR64, BTI). */
	uint64_t at;
	/* Where a relay jump is written, to which a jump of two bytes at `at` leads; 0 where the jump at `at` is a long one. */
	uint64_t relay;
	/*
	 * In the ledger; BLOB_MOST_SLOTS for a donor: patched only to lend its bytes to a relay jump, not counted. BLOB_COPY_SLOT for the
	 * beginning of inlined copies, whose stub counts by itself, in the ledger beside the site stubs: patched only where that is mapped.
	 */
	uint32_t slot;
	/* Where the stub counts, and where it resumes: who goes on there has been counted already, or is not to be. */
	uint32_t counter;
	uint32_t resume;
	/* The jump back to the function, which is also where a call among the displaced instructions returns to. */
	uint32_t jump_back;
	/* How many bytes of the function are displaced. */
	uint32_t displaced;
	/* What must be there now: at least what is displaced and what is written over. */
	uint32_t original_size;
	uint8_t original[PATCH_MOST_ORIGINAL];
};

/* An instruction of the interpreter's that is pointed into the code. */
struct redirection {
	/* The 32 bits to write, as an address of the interpreter's file: the distance (x86-64), or the B or BL itself (aarch64). */
	uint64_t at;
	/* Where it is pointed at, as an offset into the code. */
	uint32_t target;
	/* What must be there now. */
	uint32_t original;
	/*
	 * REDIRECTION_PAST: no call that is counted. REDIRECTION_BOUND: a call of the function's own address. REDIRECTION_NAMED: a call
	 * through the PLT; only where all is well with the names of the slot.
	 */
	uint32_t kind;
	uint32_t slot;
};

/* A slot of the interpreter's GOT through which named calls go. Addresses are the interpreter's file's. */
struct name {
	uint64_t got;
	/* The function that the override stands for. */
	uint64_t entry;
	/* In the ledger. */
	uint32_t slot;
	/* Of the interpreter's dynamic symbols. */
	uint32_t symbol;
};

/*
 * What depends on the distance between the code and the interpreter. FIXUP_RELATIVE32: 32 bits, the distance to a place in the
 * interpreter from the end of this word (x86-64). FIXUP_BRANCH26: the 26 bits of a B or BL (aarch64). FIXUP_ABSOLUTE64: 64 bits, an
 * address in the interpreter, to which its base is added. FIXUP_THREAD32: 32 bits, to which the distance of entries_main_low from the
 * thread pointer is added (x86-64), which only the running process knows.
 */
struct fixup {
	uint32_t offset;
	uint32_t kind;
};

static_assert(sizeof(struct blob) == BLOB_HEADER, "layout of the blob");
static_assert(offsetof(struct blob, machine) == BLOB_MACHINE_AT, "layout of the blob");
static_assert(offsetof(struct blob, size) == BLOB_SIZE_AT, "layout of the blob");
static_assert(offsetof(struct blob, slots) == BLOB_SLOTS_AT, "layout of the blob");
static_assert(offsetof(struct blob, patches) == BLOB_PATCHES_AT, "layout of the blob");
static_assert(offsetof(struct blob, fixups) == BLOB_FIXUPS_AT, "layout of the blob");
static_assert(offsetof(struct blob, code_size) == BLOB_CODE_SIZE_AT, "layout of the blob");
static_assert(offsetof(struct blob, code_address) == BLOB_CODE_ADDRESS_AT, "layout of the blob");
static_assert(offsetof(struct blob, headers) == BLOB_HEADERS_AT, "layout of the blob");
static_assert(offsetof(struct blob, build_id_size) == BLOB_BUILD_ID_SIZE_AT, "layout of the blob");
static_assert(offsetof(struct blob, build_id) == BLOB_BUILD_ID_AT, "layout of the blob");
static_assert(offsetof(struct blob, to_shared_row) == BLOB_TO_SHARED_ROW_AT, "layout of the blob");
static_assert(sizeof(struct patch) == PATCH_SIZE, "layout of a patch");
static_assert(offsetof(struct patch, entry) == PATCH_ENTRY_AT, "layout of a patch");
static_assert(offsetof(struct patch, at) == PATCH_AT_AT, "layout of a patch");
static_assert(offsetof(struct patch, relay) == PATCH_RELAY_AT, "layout of a patch");
static_assert(offsetof(struct patch, slot) == PATCH_SLOT_AT, "layout of a patch");
static_assert(offsetof(struct patch, counter) == PATCH_COUNTER_AT, "layout of a patch");
static_assert(offsetof(struct patch, resume) == PATCH_RESUME_AT, "layout of a patch");
static_assert(offsetof(struct patch, jump_back) == PATCH_JUMP_BACK_AT, "layout of a patch");
static_assert(offsetof(struct patch, displaced) == PATCH_DISPLACED_AT, "layout of a patch");
static_assert(offsetof(struct patch, original_size) == PATCH_ORIGINAL_SIZE_AT, "layout of a patch");
static_assert(offsetof(struct patch, original) == PATCH_ORIGINAL_AT, "layout of a patch");
static_assert(offsetof(struct blob, redirections) == BLOB_REDIRECTIONS_AT, "layout of the blob");
static_assert(offsetof(struct blob, names) == BLOB_NAMES_AT, "layout of the blob");
static_assert(offsetof(struct blob, site_stubs) == BLOB_SITE_STUBS_AT, "layout of the blob");
static_assert(offsetof(struct blob, ledger) == BLOB_LEDGER_AT, "layout of the blob");
static_assert(sizeof(struct redirection) == REDIRECTION_SIZE, "layout of a redirection");
static_assert(offsetof(struct redirection, kind) == REDIRECTION_KIND_AT, "layout of a redirection");
static_assert(offsetof(struct redirection, slot) == REDIRECTION_SLOT_AT, "layout of a redirection");
static_assert(sizeof(struct name) == NAME_SIZE, "layout of a name");
static_assert(offsetof(struct name, entry) == NAME_ENTRY_AT, "layout of a name");
static_assert(offsetof(struct name, slot) == NAME_SLOT_AT, "layout of a name");
static_assert(offsetof(struct name, symbol) == NAME_SYMBOL_AT, "layout of a name");
static_assert(offsetof(struct redirection, target) == REDIRECTION_TARGET_AT, "layout of a redirection");
static_assert(offsetof(struct redirection, original) == REDIRECTION_ORIGINAL_AT, "layout of a redirection");
static_assert(sizeof(struct fixup) == FIXUP_SIZE, "layout of a fixup");
static_assert(offsetof(struct fixup, kind) == FIXUP_KIND_AT, "layout of a fixup");

#define ENTRIES_REASONS(X)                                                                             \
	X(NONE, "")                                                                                          \
	X(UNREADABLE, "the file of entry counters cannot be read")                                           \
	X(MALFORMED, "the file of entry counters is damaged")                                                \
	X(OTHER_MACHINE, "the entry counters are for another CPU")                                           \
	X(NOTHING, "no function of the interpreter can have an entry counter")                               \
	X(NO_LEDGER, "there is no ledger for the entry counters")                                            \
	X(FEW_SLOTS, "the ledger has too few rows for the entry counters")                                   \
	X(NO_INTERPRETER, "the interpreter is not loaded when the program starts")                           \
	X(OTHER_INTERPRETER, "the loaded interpreter is not the file that the entry counters were made for") \
	X(OTHER_BYTES, "the code in memory is not the code in the file")                                     \
	X(NO_ROOM, "there is no address space near the interpreter for the entry counters")                  \
	X(FORBIDDEN, "the system forbids executable memory that was written to")                             \
	X(PROTECTED, "the system does not let the process change its code")                                  \
	X(OLD_CPU, "the CPU cannot save its flags (no LAHF in 64-bit mode)")

enum entries_reason {
#define ENTRIES_REASON(name, words) ENTRIES_##name,
	ENTRIES_REASONS(ENTRIES_REASON)
#undef ENTRIES_REASON
		ENTRIES_COUNT
};

#endif
