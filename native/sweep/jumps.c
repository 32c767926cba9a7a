/*
 * This file looks through the relocations of the loaded objects for a function, and through their code for jumps to it.
 *
 * A slot of the GOT that is relocated with the function's name is looked for first; then every byte (every word on aarch64) of the
 * object's code that could be a jump through that slot, or to a stub of the PLT that jumps through it. To decode the
 * code would take longer.
 *
 * It runs where a call site is met for the first time. Keep these rules: allocate nothing, take no lock of our own.
 */
#include "jumps.h"

#include "../ledger.h"
#include "../loaded.h"
#include "../objects.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define SLOT_FOR_CALLS R_X86_64_JUMP_SLOT
#define SLOT R_X86_64_GLOB_DAT
#define ADDRESS R_X86_64_64
#elif defined(__aarch64__)
#define SLOT_FOR_CALLS R_AARCH64_JUMP_SLOT
#define SLOT R_AARCH64_GLOB_DAT
#define ADDRESS R_AARCH64_ABS64
#endif

struct search {
	const char *symbol;
	struct jumps found;
};

struct code {
	uintptr_t low, high;
};

static int visit(struct dl_phdr_info *info, size_t size, void *data);
static void look(const struct dl_phdr_info *info, const struct code *code, int caller, struct search *search);
static int jumps_through(const struct code *code, uintptr_t slot);

struct jumps jumps_to(const char *symbol)
{
	struct search search = { symbol, { -1, 0 } };
	dl_iterate_phdr(visit, &search);
	return search.found;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	const ElfW(Phdr) *segment = loaded_largest(info, PF_R | PF_X);
	(void)size;
	if (segment == NULL)
		return 0;
	uintptr_t low = info->dlpi_addr + segment->p_vaddr;
	struct code code = { low, low + segment->p_memsz };
	int caller = objects_find((const void *)code.low)->caller;
	if (caller != CALLER_INTERPRETER && caller != CALLER_SHIM)
		look(info, &code, caller, data);
	return 0;
}

static void look(const struct dl_phdr_info *info, const struct code *code, int caller, struct search *search)
{
	struct loaded_tables tables = loaded_tables(info);
	for (int table = 0; table < 2 && tables.symbols != NULL && tables.strings != NULL; table++) {
		for (size_t i = 0; tables.relocations[table] != NULL && i < tables.sizes[table] / sizeof(ElfW(Rela)); i++) {
			const ElfW(Rela) *relocation = &tables.relocations[table][i];
			uint32_t type = (uint32_t)ELF64_R_TYPE(relocation->r_info), symbol = (uint32_t)ELF64_R_SYM(relocation->r_info);
			if ((type != SLOT_FOR_CALLS && type != SLOT && type != ADDRESS) ||
					strcmp(tables.strings + tables.symbols[symbol].st_name, search->symbol) != 0)
				continue;
			/* A slot that code calls and jumps through, or takes the address from. */
			int jumps = type != ADDRESS && jumps_through(code, info->dlpi_addr + relocation->r_offset);
			if (jumps)
				search->found.jumper = caller;
			else if (type != SLOT_FOR_CALLS)
				search->found.held = 1;
		}
	}
}

#if defined(__x86_64__)

static uintptr_t operand(const unsigned char *at)
{
	int32_t distance;
	memcpy(&distance, at, sizeof distance);
	return (uintptr_t)at + 4 + (uintptr_t)(intptr_t)distance;
}

/* Whether code jumps to a stub that jumps through the slot (call and jump alike name the stub), or through the slot itself. */
static int jumps_through(const struct code *code, uintptr_t slot)
{
	const unsigned char *low = (const unsigned char *)code->low, *high = (const unsigned char *)code->high - 6;
	for (const unsigned char *stub = low; stub < high; stub++) {
		if (stub[0] != 0xff || stub[1] != 0x25 || operand(stub + 2) != slot)
			continue;
		int called = 0;
		for (const unsigned char *at = low; at < high; at++) {
			int jump = at[0] == 0xe9 || (at[0] == 0x0f && (at[1] & 0xf0) == 0x80);
			/* A stub begins up to five bytes before: endbr64, a prefix. */
			if ((jump || at[0] == 0xe8) && (uintptr_t)stub - operand(at + (at[0] == 0x0f ? 2 : 1)) <= 5) {
				if (jump)
					return 1;
				called = 1;
			}
		}
		if (!called)
			return 1;
	}
	return 0;
}

#elif defined(__aarch64__)

static uint32_t word(uintptr_t address)
{
	uint32_t value;
	memcpy(&value, (const void *)address, sizeof value);
	return value;
}

/* adrp xN, page; ldr xM, [xN, #slot] of a stub; and whether a b leads to it, or to the bti before it. */
static int jumps_through(const struct code *code, uintptr_t slot)
{
	for (uintptr_t stub = code->low; stub + 8 <= code->high; stub += 4) {
		uint32_t page = word(stub), load = word(stub + 4);
		if ((page & 0x9f00001f) != 0x90000010 || (load & 0xffc003ff) != 0xf9400211)
			continue;
		int64_t pages = (int64_t)(((uint64_t)(page >> 5 & 0x7ffff) << 2 | (page >> 29 & 3)) << 43) >> 43;
		if ((stub & ~(uintptr_t)0xfff) + (uintptr_t)(pages * 4096) + (load >> 10 & 0xfff) * 8 != slot)
			continue;
		for (uintptr_t at = code->low; at + 4 <= code->high; at += 4) {
			int64_t distance = (int64_t)((uint64_t)(word(at) & 0x3ffffff) << 38) >> 36;
			if ((word(at) & 0xfc000000) == 0x14000000 && stub - (at + (uintptr_t)distance) <= 4)
				return 1;
		}
	}
	return 0;
}

#endif
