/* This file declares whether the interpreter's named calls reach the sweep's overrides. */
#ifndef PYINTERPOSE_ENTRIES_NAMES_H
#define PYINTERPOSE_ENTRIES_NAMES_H

#include "interpreter.h"

/* To be called before the interpreter's code is written: finds out of each slot with names whether all is well with them. */
void names_prepare(const struct interpreter *interpreter, const struct blob *file);

/* Whether a call by name reaches the slot's override, and that would forward to the interpreter's function. */
int names_honored(uint32_t slot);

/* How many names do not hold what they held at first, of those with which all was well. */
uint32_t names_changed(const struct interpreter *interpreter, const struct blob *file);

#endif
