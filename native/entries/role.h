/* This file declares who makes a call that the assembly of the entry counters cannot tell at once. */
#ifndef PYINTERPOSE_ENTRIES_ROLE_H
#define PYINTERPOSE_ENTRIES_ROLE_H

#include <stdint.h>

/* What entries.c knows of the functions that have an entry counter. */
struct role_functions {
	/* Where the function of a slot is entered; 0 where the slot has no entry counter. */
	uintptr_t (*entry)(uint32_t slot);
	/* Whether it is libc's. */
	int (*is_libcs)(uint32_t slot);
	/* Whether an address lies in libc's code, as far as that is patched. */
	int (*is_in_libc)(uintptr_t address);
};

/* To be called before the first entry. Zero where the CPU cannot save its flags (no LAHF in 64-bit mode). */
int role_prepare(const struct role_functions *known);

/* From now on no caller is told, and none is counted: in a forked child, where a thread of the parent's may hold the loader's lock for ever. */
void role_stop(void);

#endif
