/* This file is preloaded where nothing is counted yet: whether it is in the process tells whether LD_PRELOAD came that far. */
__attribute__((visibility("default"))) extern const char pyinterpose_preloaded[];

__attribute__((visibility("default"))) const char pyinterpose_preloaded[] = "pyinterpose";
