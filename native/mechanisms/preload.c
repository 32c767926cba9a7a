/* This file overrides one function of Python's API and one of libc by LD_PRELOAD, counts and forwards. */
#include "counts.h"
#include "../visibility.h"

#include <dlfcn.h>
#include <stddef.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

__attribute__((constructor)) static void begin(void)
{
	counts_map();
}

EXPORT void *PyErr_Occurred(void)
{
	static void *(*_Atomic next)(void);
	count(COUNTED_ERROR);
	if (next == NULL)
		next = (void *(*)(void))dlsym(RTLD_NEXT, "PyErr_Occurred");
	return next();
}

EXPORT void *malloc(size_t size)
{
	static void *(*_Atomic next)(size_t);
	count(COUNTED_MALLOC);
	if (next == NULL)
		next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	return next(size);
}
