/*
 * This file rewrites the GOT slots of every object that is loaded when the program begins, so that they lead to functions that count.
 * Objects that are opened later keep theirs.
 */
#include "counts.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
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
static void rewrite(uintptr_t base, const ElfW(Rela) * relocations, size_t bytes, const ElfW(Sym) * symbols,
										const char *strings);

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

static uintptr_t address(uintptr_t base, uintptr_t value)
{
	/* The loader has added the base of most objects already; not of the vDSO. */
	return value < base ? value + base : value;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	const ElfW(Dyn) *dynamic = NULL;
	Dl_info own;
	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			dynamic = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	if (dynamic == NULL || strstr(info->dlpi_name, "vdso") != NULL ||
			(dladdr((const void *)begin, &own) != 0 && (uintptr_t)own.dli_fbase == info->dlpi_addr))
		return 0;
	uintptr_t values[DT_JMPREL + 1] = { 0 };
	for (; dynamic->d_tag != DT_NULL; dynamic++)
		if (dynamic->d_tag > 0 && dynamic->d_tag <= DT_JMPREL)
			values[dynamic->d_tag] = dynamic->d_un.d_ptr;
	if (values[DT_SYMTAB] == 0 || values[DT_STRTAB] == 0)
		return 0;
	const ElfW(Sym) *symbols = (const ElfW(Sym) *)address(info->dlpi_addr, values[DT_SYMTAB]);
	const char *strings = (const char *)address(info->dlpi_addr, values[DT_STRTAB]);
	if (values[DT_RELA] != 0)
		rewrite(info->dlpi_addr, (const ElfW(Rela) *)address(info->dlpi_addr, values[DT_RELA]), values[DT_RELASZ], symbols,
						strings);
	if (values[DT_JMPREL] != 0)
		rewrite(info->dlpi_addr, (const ElfW(Rela) *)address(info->dlpi_addr, values[DT_JMPREL]), values[DT_PLTRELSZ],
						symbols, strings);
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

static void rewrite(uintptr_t base, const ElfW(Rela) * relocations, size_t bytes, const ElfW(Sym) * symbols,
										const char *strings)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	for (size_t i = 0; i < bytes / sizeof *relocations; i++) {
		if (!is_slot(ELF64_R_TYPE(relocations[i].r_info)))
			continue;
		const char *name = strings + symbols[ELF64_R_SYM(relocations[i].r_info)].st_name;
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
