/* This file declares the calls that our own objects make. */
#ifndef PYINTERPOSE_CALLS_H
#define PYINTERPOSE_CALLS_H

#include <stdint.h>

struct call;
struct last;

/*
 * Makes n calls: direct ones, or where `by_dlsym` is set through the address that dlsym gives; without arguments where
 * `call` is null. Returns how many were made; 0 where the symbol is not in the list or has no definition in this process.
 * Not exported, so that it is this object's own even where another one has it too.
 */
uint64_t calls_make(const char *symbol, int by_dlsym, uint64_t n, const struct call *call);

/* As pyinterpose_call_last (last.c) and pyinterpose_frame_… (calls.c), and not exported for the same reason. */
int last_leave(const struct last *last);
uintptr_t calls_frame_direct(uintptr_t a, uintptr_t b, uintptr_t c);
uintptr_t calls_frame_dlsym(uintptr_t a, uintptr_t b, uintptr_t c);

#endif
