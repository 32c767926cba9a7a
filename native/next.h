/* This file declares where an override forwards to. */
#ifndef PYINTERPOSE_NEXT_H
#define PYINTERPOSE_NEXT_H

#include <stdatomic.h>
#include <stddef.h>

/*
 * Finds the next definition of a symbol after this shim, else the first one (the executable's own), and keeps it.
 * Ends the process with a message where there is none: forwarding is impossible and silence would be a wrong answer.
 */
void *next_find(void *_Atomic *cache, const char *symbol);

static inline void *next(void *_Atomic *cache, const char *symbol)
{
	void *found = atomic_load_explicit(cache, memory_order_relaxed);
	return __builtin_expect(found != NULL, 1) ? found : next_find(cache, symbol);
}

#endif
