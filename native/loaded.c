/* This file reads the program headers and the dynamic section of a loaded object; see loaded.h for the rules. */
#include "loaded.h"

static const ElfW(Dyn) * dynamic_section(const struct dl_phdr_info *info);

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

static const ElfW(Dyn) * dynamic_section(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			return (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	return NULL;
}
