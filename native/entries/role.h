/* This file declares who makes a call that the assembly of the entry counters cannot tell at once. */
#ifndef PYINTERPOSE_ENTRIES_ROLE_H
#define PYINTERPOSE_ENTRIES_ROLE_H

#include <stdint.h>

/* Tells where the function of a slot is entered; 0 where the slot has no entry counter. */
typedef uintptr_t role_entry_of(uint32_t slot);

/* To be called before the first entry. Zero where the CPU cannot save its flags (no LAHF in 64-bit mode). */
int role_prepare(role_entry_of *entry_of);

/* From now on no caller is told, and none is counted: in a forked child, where a thread of the parent's may hold the loader's lock for ever. */
void role_stop(void);

#endif
