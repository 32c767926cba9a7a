/*
 * This file rewrites the GOT slots of every object that is loaded when the program begins, so that they lead to functions that count.
 * Objects that are opened later keep theirs.
 */
#include "counts.h"
#include "../loaded.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wpedantic"

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

static int visit(struct dl_phdr_info *info, size_t size, void *data);
static void rewrite(uintptr_t base, const struct loaded_tables *tables, int table);

__attribute__((constructor)) static void begin(void)
{
	if (!counts_map())
		return;
	/* In a non-PIE executable RTLD_DEFAULT may give a PLT stub, whose slot will lead to us: the next one never does. */
	real_error = (void *(*)(void))dlsym(RTLD_NEXT, "PyErr_Occurred");
	if (real_error == NULL)
		real_error = (void *(*)(void))dlsym(RTLD_DEFAULT, "PyErr_Occurred");
	real_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
	dl_iterate_phdr(visit, NULL);
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	Dl_info own;
	(void)size;
	(void)data;
	if (strstr(info->dlpi_name, "vdso") != NULL ||
			(dladdr((const void *)begin, &own) != 0 && (uintptr_t)own.dli_fbase == info->dlpi_addr))
		return 0;
	struct loaded_tables tables = loaded_tables(info);
	for (int table = 0; table < 2 && tables.symbols != NULL && tables.strings != NULL; table++)
		if (tables.relocations[table] != NULL)
			rewrite(info->dlpi_addr, &tables, table);
	return 0;
}

static int is_slot(uint64_t type)
{
#if defined(__x86_64__)
	return type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
	return type == R_AARCH64_JUMP_SLOT || type == R_AARCH64_GLOB_DAT;
#endif
}

static void rewrite(uintptr_t base, const struct loaded_tables *tables, int table)
{
	const ElfW(Rela) *relocations = tables->relocations[table];
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	for (size_t i = 0; i < tables->sizes[table] / sizeof *relocations; i++) {
		if (!is_slot(ELF64_R_TYPE(relocations[i].r_info)))
			continue;
		const char *name = tables->strings + tables->symbols[ELF64_R_SYM(relocations[i].r_info)].st_name;
		void *instead = strcmp(name, "PyErr_Occurred") == 0 ? (void *)counting_error
										: strcmp(name, "malloc") == 0				? (void *)counting_malloc
																												: NULL;
		if (instead == NULL)
			continue;
		uintptr_t slot = base + relocations[i].r_offset;
		/* RELRO has made it read-only; it stays writable, as in the tools that do this. */
		if (mprotect((void *)(slot & ~(page - 1)), page, PROT_READ | PROT_WRITE) == 0)
			*(void **)slot = instead;
	}
}
