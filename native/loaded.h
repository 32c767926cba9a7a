/*
 * This file declares what a loaded object's headers say, as dl_iterate_phdr hands them out: its segments, its tables.
 *
 * It is called in somebody else's process, inside overrides. It allocates nothing, takes no lock, and reads nothing but what the
 * loader has mapped.
 */
#ifndef PYINTERPOSE_LOADED_H
#define PYINTERPOSE_LOADED_H

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* Its name in the loader's list; empty for the program itself, which musl's loader calls by the path that it was started by. */
const char *loaded_name(const struct dl_phdr_info *info);

/* The PT_LOAD segment with all of `flags` (PF_R, PF_X) that holds the address; null where the object has none. */
const ElfW(Phdr) * loaded_segment(const struct dl_phdr_info *info, uintptr_t address, ElfW(Word) flags);

/* The largest PT_LOAD segment with all of `flags`; null where the object has none. */
const ElfW(Phdr) * loaded_largest(const struct dl_phdr_info *info, ElfW(Word) flags);

/* What PT_DYNAMIC names; null where it names none. */
struct loaded_tables {
	/* DT_SYMTAB, DT_STRTAB, DT_GNU_HASH, DT_HASH. */
	const ElfW(Sym) * symbols;
	const char *strings;
	const uint32_t *gnu_hash, *sysv_hash;
	/* DT_JMPREL and DT_RELA, and their sizes. */
	const ElfW(Rela) * relocations[2];
	size_t sizes[2];
};

struct loaded_tables loaded_tables(const struct dl_phdr_info *info);

/* The index of the first symbol of that name that the object defines; 0 where it defines none. */
uint32_t loaded_definition(const struct loaded_tables *tables, const char *name);

/* How many symbols the table has; 0 where no hash table tells. */
uint32_t loaded_symbols(const struct loaded_tables *tables);

#endif
