/* This file declares the stubs: what stands near the interpreter for its patched functions, and the jumps to it. */
#ifndef PYINTERPOSE_ENTRIES_STUBS_H
#define PYINTERPOSE_ENTRIES_STUBS_H

#include "interpreter.h"

/* What the code begins with: all that is known at run time only. The stubs refer to it by its distance. */
struct stubs_head {
	/* entries_count, of count-x86-64.S and count-aarch64.S: counts an entry, whoever made it. */
	uintptr_t counter;
	/* The interpreter's code: on x86-64 a stub counts an entry from there by itself, in the main thread. */
	uintptr_t low;
	uintptr_t size;
	/* Where entries_main_ledger and entries_main_low stand, from the thread pointer on. */
	uintptr_t main_ledger;
	uintptr_t main_low;
	uintptr_t reserved;
};

static_assert(sizeof(struct stubs_head) == STUBS_HEAD, "layout of the stubs");
static_assert(offsetof(struct stubs_head, counter) == STUBS_COUNTER_AT, "layout of the stubs");
static_assert(offsetof(struct stubs_head, low) == STUBS_LOW_AT, "layout of the stubs");
static_assert(offsetof(struct stubs_head, size) == STUBS_SIZE_AT, "layout of the stubs");
static_assert(offsetof(struct stubs_head, main_ledger) == STUBS_MAIN_LEDGER_AT, "layout of the stubs");
static_assert(offsetof(struct stubs_head, main_low) == STUBS_MAIN_LOW_AT, "layout of the stubs");

/*
 * Maps the blob's code, executable, where it was encoded for, else farther away on either side; null where there is no
 * room within reach of the interpreter, or the system forbids such memory anywhere: then `reason` says which. Where the blob's stubs
 * count in a ledger beside them, room for one of that size is kept there.
 */
uint8_t *stubs_map(const struct interpreter *interpreter, const struct blob *file, const struct stubs_head *head,
									 uint64_t ledger_size, enum entries_reason *reason);

/*
 * Maps the ledger's file, of that size, where room is kept for it; 0 where it cannot be opened. In a forked child, whose counts nobody
 * reads, stubs_unmap_ledger puts memory of its own there.
 */
int stubs_map_ledger(const struct blob *file, uint8_t *stubs, const char *path, uint64_t size);
void stubs_unmap_ledger(const struct blob *file, uint8_t *stubs, uint64_t size);

/* The same with the file of a forked child's own ledger, where that is read; without it as stubs_unmap_ledger. */
void stubs_remap_ledger(const struct blob *file, uint8_t *stubs, const char *path, uint64_t size);

/* Writes the jump from a function's entry to its counter. The code must be writable. */
void stubs_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs);

/*
 * Writes all jumps and redirections of a blob through /proc/self/mem, into private copies of the pages, which stay executable all the while: mprotect would take
 * libc's own code from under whoever runs it. A negative errno where the system forbids it; then all is as it was.
 */
int stubs_jump_in_place(const struct interpreter *interpreter, const struct blob *file, const uint8_t *stubs);

/* Points an instruction into the code. The interpreter's code must be writable. */
void stubs_redirect(const struct interpreter *interpreter, const struct redirection *redirection, const uint8_t *stubs);

#endif
