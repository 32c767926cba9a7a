/* This file is an audit module that is told of every call through a PLT (la_x86_64_gnu_pltenter and its like). */
#include "counts.h"
#include "../visibility.h"

#include <link.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

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

static uintptr_t enter(const Elf64_Sym *symbol, const char *name)
{
	if (strcmp(name, "PyErr_Occurred") == 0)
		count(COUNTED_ERROR);
	else if (strcmp(name, "malloc") == 0)
		count(COUNTED_MALLOC);
	return symbol->st_value;
}

#if defined(__x86_64__)
EXPORT Elf64_Addr la_x86_64_gnu_pltenter(Elf64_Sym *symbol, unsigned int index, uintptr_t *from, uintptr_t *to,
																				 La_x86_64_regs *registers, unsigned int *flags, const char *name,
																				 long int *frame)
{
	(void)index;
	(void)from;
	(void)to;
	(void)registers;
	(void)flags;
	(void)frame;
	return enter(symbol, name);
}
#elif defined(__aarch64__)
EXPORT Elf64_Addr la_aarch64_gnu_pltenter(Elf64_Sym *symbol, unsigned int index, uintptr_t *from, uintptr_t *to,
																					La_aarch64_regs *registers, unsigned int *flags, const char *name,
																					long int *frame)
{
	(void)index;
	(void)from;
	(void)to;
	(void)registers;
	(void)flags;
	(void)frame;
	return enter(symbol, name);
}
#endif
