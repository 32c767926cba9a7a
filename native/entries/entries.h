/*
 * This file is the layout of a blob of entry counters, which the driver writes (src/entries/blob.ts) and blob.c
 * reads; and the reasons for which entries.c leaves the code alone, which reader.c names.
 *
 * A blob holds the code that stands aside for each patched function: a counter's call, the function's own first
 * instructions, a jump back. It is encoded for one distance from the interpreter, and lists what changes at another.
 */
#ifndef PYINTERPOSE_ENTRIES_H
#define PYINTERPOSE_ENTRIES_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define BLOB_MAGIC UINT64_C(0x7365697274796e65)
#define BLOB_VERSION 5u
#define BLOB_BUILD_ID 64
#define BLOB_ORIGINAL 24
/* What a slot is below: it shares a word with a return address. */
#define BLOB_SLOTS 4096

struct blob {
	uint64_t magic;
	uint32_t version;
	/* e_machine. */
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
	uint8_t build_id[BLOB_BUILD_ID];
	/* How many rows behind a slot's own its row for the other threads is (native/count.h); 0 where all threads share one. */
	uint32_t others;
	/* Then: struct patch[patches], sorted by entry; struct fixup[fixups]; the code, aligned to 16. */
};

/* One function. Addresses are the file's; offsets are into the code. */
struct patch {
	uint64_t entry;
	/* Where the jump is written: the entry, or behind its landing pad. */
	uint64_t at;
	/* Where a short jump, written there, goes on from; 0 for a long one. */
	uint64_t via;
	/* In the ledger; BLOB_SLOTS where it only makes room for another. */
	uint32_t slot;
	uint32_t counter;
	uint32_t behind;
	/* The jump back, which is also where a call among the moved instructions returns to. */
	uint32_t back;
	/* How many of the original bytes are moved. */
	uint32_t moved;
	/* What must be there now: at least what is moved and what is written over. */
	uint32_t original_size;
	uint8_t original[BLOB_ORIGINAL];
};

/* What depends on the distance between the code and the interpreter. */
enum fixup_kind {
	/* 32 bits, the distance to a place in the interpreter from behind this word (x86-64). */
	FIXUP_RELATIVE32,
	/* The 26 bits of a B or BL (aarch64). */
	FIXUP_BRANCH26,
	/* 64 bits, an address in the interpreter: its base is added. */
	FIXUP_ABSOLUTE64,
	FIXUP_KINDS
};

struct fixup {
	uint32_t offset;
	uint32_t kind;
};

static_assert(sizeof(struct blob) == 128, "layout of the blob");
static_assert(offsetof(struct blob, code_address) == 40, "layout of the blob");
static_assert(offsetof(struct blob, build_id) == 60, "layout of the blob");
static_assert(sizeof(struct patch) == 72, "layout of the blob");
static_assert(sizeof(struct fixup) == 8, "layout of the blob");

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
	X(PROTECTED, "the system does not let the process change its code")                                  \
	X(OLD_CPU, "the CPU cannot save its flags (no LAHF in 64-bit mode)")

enum entries_reason {
#define ENTRIES_REASON(name, words) ENTRIES_##name,
	ENTRIES_REASONS(ENTRIES_REASON)
#undef ENTRIES_REASON
		ENTRIES_COUNT
};

#endif
