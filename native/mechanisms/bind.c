/* This file is an audit module that puts counting functions in the place of what the loader binds (la_symbind64). */
#include "counts.h"
#include "../visibility.h"

#include <link.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

static void *(*real_error)(void);
static void *(*real_malloc)(size_t);

static void *counting_error(void)
{
	count(COUNTED_ERROR);
	return real_error();
}

static void *counting_malloc(size_t size)
{
	count(COUNTED_MALLOC);
	return real_malloc(size);
}

EXPORT unsigned int la_version(unsigned int version)
{
	counts_map();
	return version;
}

EXPORT unsigned int la_objopen(struct link_map *map, Lmid_t namespace, uintptr_t *cookie)
{
	(void)map;
	(void)namespace;
	(void)cookie;
	return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

EXPORT uintptr_t la_symbind64(Elf64_Sym *symbol, unsigned int index, uintptr_t *from, uintptr_t *to,
															unsigned int *flags, const char *name)
{
	(void)index;
	(void)from;
	(void)to;
	(void)flags;
	if (strcmp(name, "PyErr_Occurred") == 0) {
		real_error = (void *(*)(void))symbol->st_value;
		return (uintptr_t)counting_error;
	}
	if (strcmp(name, "malloc") == 0) {
		real_malloc = (void *(*)(size_t))symbol->st_value;
		return (uintptr_t)counting_malloc;
	}
	return symbol->st_value;
}
