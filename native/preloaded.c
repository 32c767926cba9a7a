/*
 * This file is preloaded where nothing is counted yet: whether it is in the process tells whether LD_PRELOAD came that far.
 *
 * It needs no libc: it is preloaded before it is known which one the program runs on.
 */
#include "visibility.h"

EXPORT extern const char pyinterpose_preloaded[];

EXPORT const char pyinterpose_preloaded[] = "pyinterpose";

/* Nobody calls it: an object without code is not among those of which code is mapped (probes/describe.py). */
__attribute__((used)) static void code(void)
{
}
