/* This file installs an allocator through PEP 445's PyMem_SetAllocator before Python begins; it counts and forwards. */
#include "counts.h"

#include <dlfcn.h>
#include <stddef.h>

#pragma GCC diagnostic ignored "-Wpedantic"

/* PyMemAllocatorEx, and PYMEM_DOMAIN_OBJ; from 3.5 on. */
struct allocator {
	void *context;
	void *(*malloc)(void *context, size_t size);
	void *(*calloc)(void *context, size_t count, size_t size);
	void *(*realloc)(void *context, void *old, size_t size);
	void (*free)(void *context, void *old);
};
#define DOMAIN_OBJ 2

static struct allocator real;

static void *counting_malloc(void *context, size_t size)
{
	count(COUNTED_BLOCK);
	return real.malloc(context, size);
}

__attribute__((constructor)) static void begin(void)
{
	void (*get)(int, struct allocator *) = (void (*)(int, struct allocator *))dlsym(RTLD_DEFAULT, "PyMem_GetAllocator");
	void (*set)(int, struct allocator *) = (void (*)(int, struct allocator *))dlsym(RTLD_DEFAULT, "PyMem_SetAllocator");
	if (get == NULL || set == NULL || !counts_map())
		return;
	get(DOMAIN_OBJ, &real);
	struct allocator counting = real;
	counting.malloc = counting_malloc;
	set(DOMAIN_OBJ, &counting);
}
