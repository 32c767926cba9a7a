/* This file declares what stands aside of the patched functions: their counters and first instructions. */
#ifndef PYINTERPOSE_SWEEP_STUBS_H
#define PYINTERPOSE_SWEEP_STUBS_H

#include "core.h"

/*
 * Maps the blob's code, executable, where it was encoded for, else farther away on either side; null where there is no
 * room within reach of the core. `counter` is what it calls.
 */
uint8_t *stubs_map(const struct core *core, const struct blob *file, void (*counter)(void));

/* Writes the jump from a function's entry to its counter. The code must be writable. */
void stubs_jump(const struct core *core, const struct patch *patch, const uint8_t *stubs);

#endif
