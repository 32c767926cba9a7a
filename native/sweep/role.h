/* This file declares who makes a call that the assembly of the entry counters cannot tell at once. */
#ifndef PYINTERPOSE_SWEEP_ROLE_H
#define PYINTERPOSE_SWEEP_ROLE_H

#include <stdint.h>

/* Finds out how this CPU's registers are saved. Zero where the flags cannot be. */
int role_prepare(void);

/* Nothing is told any more: in a forked child, where another thread of the parent's may hold the loader's lock for ever. */
void role_stop(void);

/* Of entries.c: where the function of a slot is entered. */
uintptr_t entries_of_slot(uint32_t slot);

#endif
