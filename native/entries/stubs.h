/* This file declares what stands aside of the patched functions: their counters and first instructions. */
#ifndef PYINTERPOSE_ENTRIES_STUBS_H
#define PYINTERPOSE_ENTRIES_STUBS_H

#include "interpreter.h"

/* What the code begins with: all that is known at run time only. */
struct stubs_head {
	/* Counts an entry, whoever made it. */
	uintptr_t counter;
	/* The interpreter's code: on x86-64 a stub counts an entry from there by itself, in the thread that has its rows to itself. */
	uintptr_t low;
	uintptr_t size;
	/* Where that thread's ledger stands, from the thread pointer on. */
	uintptr_t alone;
};

/*
 * Maps the blob's code, executable, where it was encoded for, else farther away on either side; null where there is no
 * room within reach of the interpreter.
 */
uint8_t *stubs_map(const struct interpreter *interpreter, const struct blob *file, const struct stubs_head *head);

/* Writes the jump from a function's entry to its counter. The code must be writable. */
void stubs_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs);

#endif
