/* This file reads the program headers and the dynamic section of a loaded object; see loaded.h for the rules. */
#include "loaded.h"

#include <string.h>

#include <sys/auxv.h>

static const ElfW(Dyn) * dynamic_section(const struct dl_phdr_info *info);
static int defines(const struct loaded_tables *tables, uint32_t index, const char *name);
static uint32_t gnu_hash(const char *name);

const char *loaded_name(const struct dl_phdr_info *info)
{
#ifndef __GLIBC__
	if ((uintptr_t)info->dlpi_phdr == getauxval(AT_PHDR))
		return "";
#endif
	return info->dlpi_name == NULL ? "" : info->dlpi_name;
}

const ElfW(Phdr) * loaded_segment(const struct dl_phdr_info *info, uintptr_t address, ElfW(Word) flags)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		if (segment->p_type == PT_LOAD && (segment->p_flags & flags) == flags &&
				address - (info->dlpi_addr + segment->p_vaddr) < segment->p_memsz)
			return segment;
	}
	return NULL;
}

const ElfW(Phdr) * loaded_largest(const struct dl_phdr_info *info, ElfW(Word) flags)
{
	const ElfW(Phdr) *largest = NULL;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		if (segment->p_type == PT_LOAD && (segment->p_flags & flags) == flags &&
				(largest == NULL || segment->p_memsz > largest->p_memsz))
			largest = segment;
	}
	return largest;
}

struct loaded_tables loaded_tables(const struct dl_phdr_info *info)
{
	struct loaded_tables out = { NULL, NULL, NULL, NULL, { NULL, NULL }, { 0, 0 } };
	for (const ElfW(Dyn) *dynamic = dynamic_section(info); dynamic != NULL && dynamic->d_tag != DT_NULL; dynamic++) {
		uintptr_t value = dynamic->d_un.d_ptr;
		/* glibc relocates these pointers in place, other loaders and the vDSO leave them as they are in the file. */
		const void *at = (const void *)(value < info->dlpi_addr ? value + info->dlpi_addr : value);
		switch (dynamic->d_tag) {
		case DT_SYMTAB:
			out.symbols = at;
			break;
		case DT_STRTAB:
			out.strings = at;
			break;
		case DT_GNU_HASH:
			out.gnu_hash = at;
			break;
		case DT_HASH:
			out.sysv_hash = at;
			break;
		case DT_JMPREL:
			out.relocations[0] = at;
			break;
		case DT_RELA:
			out.relocations[1] = at;
			break;
		case DT_PLTRELSZ:
			out.sizes[0] = value;
			break;
		case DT_RELASZ:
			out.sizes[1] = value;
			break;
		default:
			break;
		}
	}
	return out;
}

uint32_t loaded_definition(const struct loaded_tables *tables, const char *name)
{
	const uint32_t *gnu = tables->gnu_hash;
	if (gnu == NULL || gnu[0] == 0) {
		uint32_t count = loaded_symbols(tables), index = 1;
		while (index < count && !defines(tables, index, name))
			index++;
		return index < count ? index : 0;
	}
	uint32_t buckets = gnu[0], first = gnu[1], bloom = gnu[2], hash = gnu_hash(name);
	const uint32_t *bucket = gnu + 4 + bloom * (sizeof(ElfW(Addr)) / sizeof(uint32_t)), *chain = bucket + buckets;
	/* The symbols of a bucket follow each other; the lowest bit of a hash marks the last. An empty bucket is 0. */
	for (uint32_t index = bucket[hash % buckets]; index != 0 && index >= first; index++) {
		if ((chain[index - first] | 1) == (hash | 1) && defines(tables, index, name))
			return index;
		if (chain[index - first] & 1)
			break;
	}
	return 0;
}

static int defines(const struct loaded_tables *tables, uint32_t index, const char *name)
{
	const ElfW(Sym) *symbol = &tables->symbols[index];
	return symbol->st_shndx != SHN_UNDEF && strcmp(tables->strings + symbol->st_name, name) == 0;
}

static uint32_t gnu_hash(const char *name)
{
	uint32_t hash = 5381;
	for (const char *at = name; *at != '\0'; at++)
		hash = hash * 33 + (unsigned char)*at;
	return hash;
}

/* DT_HASH counts the symbols (nchain); DT_GNU_HASH does not, but its longest chain ends with the last of them. */
uint32_t loaded_symbols(const struct loaded_tables *tables)
{
	const uint32_t *gnu = tables->gnu_hash, *sysv = tables->sysv_hash;
	if (sysv != NULL)
		return sysv[1];
	if (gnu == NULL)
		return 0;
	uint32_t buckets = gnu[0], first = gnu[1], bloom = gnu[2], last = 0;
	const uint32_t *bucket = gnu + 4 + bloom * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
	const uint32_t *chain = bucket + buckets;
	for (uint32_t i = 0; i < buckets; i++)
		if (bucket[i] > last)
			last = bucket[i];
	if (last < first)
		return first;
	while (!(chain[last - first] & 1))
		last++;
	return last + 1;
}

static const ElfW(Dyn) * dynamic_section(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			return (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return NULL;
}
