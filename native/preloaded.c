/* This file is preloaded where nothing is counted yet: whether it is in the process tells whether LD_PRELOAD came that far. */
#include "visibility.h"

EXPORT extern const char pyinterpose_preloaded[];

EXPORT const char pyinterpose_preloaded[] = "pyinterpose";
