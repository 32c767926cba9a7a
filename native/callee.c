/* This file reads call sites in the memory of the process; see callee.h. */
#include "callee.h"
#include "loaded.h"

#include <string.h>

struct slot {
	uintptr_t address;
	uintptr_t value;
};

static int visit(struct dl_phdr_info *info, size_t size, void *data);

/* Bytes that only look like a call must not make us read where nothing is: only what a loaded file maps is read. */
static int read_slot(uintptr_t address, uintptr_t *out)
{
	struct slot slot = { address, 0 };
	int found = dl_iterate_phdr(visit, &slot);
	*out = slot.value;
	return found;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct slot *slot = data;
	(void)size;
	const ElfW(Phdr) *segment = loaded_segment(info, slot->address, PF_R);
	if (segment == NULL || info->dlpi_addr + segment->p_vaddr + segment->p_memsz - slot->address < sizeof slot->value)
		return 0;
	memcpy(&slot->value, (const void *)slot->address, sizeof slot->value);
	return 1;
}

/* A call of the interpreter's may have been redirected into a stub (entries.so, which need not be loaded). */
extern const void *pyinterpose_origin(const void *address) __attribute__((weak));

static uintptr_t origin_of(uintptr_t callee)
{
	return pyinterpose_origin == NULL ? callee : (uintptr_t)pyinterpose_origin((const void *)callee);
}

static int inside(const struct object *object, uintptr_t address, uintptr_t length)
{
	return address - object->low < object->size && object->size - (address - object->low) >= length;
}

#if defined(__x86_64__)

#define LONGEST_CALL 7
#define LONGEST_STUB 11

static uintptr_t relative(const unsigned char *end)
{
	int32_t distance;
	memcpy(&distance, end - 4, sizeof distance);
	return (uintptr_t)end + (uintptr_t)(intptr_t)distance;
}

/* endbr64; bnd or notrack; jmp *slot(%rip): what each linker's stub comes down to. Anything else is a function. */
static int through_stub(uintptr_t address, uintptr_t *out)
{
	const unsigned char *at = (const unsigned char *)address;
	if (memcmp(at, "\xf3\x0f\x1e\xfa", 4) == 0)
		at += 4;
	if (*at == 0xf2 || *at == 0x3e)
		at++;
	if (at[0] == 0xff && at[1] == 0x25)
		return read_slot(relative(at + 6), out);
	*out = address;
	return 1;
}

/* Where a call through memory ends: ff /2 with any form of operand, of 2 to 7 bytes, a prefix before it aside. */
static int indirect(const unsigned char *end)
{
	for (int length = 2; length <= 7; length++) {
		const unsigned char *at = end - length;
		int mode = at[1] >> 6, memory = at[1] & 7;
		if (at[0] != 0xff || ((at[1] >> 3) & 7) != 2)
			continue;
		int expected = 2 + (mode == 1 ? 1 : mode == 2 ? 4 : 0);
		if (mode != 3 && memory == 4)
			expected += 1 + (mode == 0 && (at[2] & 7) == 5 ? 4 : 0);
		else if (mode == 0 && memory == 5)
			expected += 4;
		if (expected == length)
			return length;
	}
	return 0;
}

enum callee callee_before(uintptr_t return_address, const struct object *object, uintptr_t *out)
{
	const unsigned char *end = (const unsigned char *)return_address;
	if (!inside(object, return_address - LONGEST_CALL, LONGEST_CALL + LONGEST_STUB))
		return CALLEE_ANY;
	int length = indirect(end);
	if (length == 6 && end[-5] == 0x15)
		return read_slot(relative(end), out) ? CALLEE_KNOWN : CALLEE_ANY;
	/* The five bytes of a direct call can also be the end of a longer indirect one: then it may be either. */
	if (end[-5] == 0xe8 && length < 6) {
		uintptr_t callee = origin_of(relative(end));
		if (inside(object, callee, LONGEST_STUB))
			return through_stub(callee, out) ? CALLEE_KNOWN : CALLEE_ANY;
	}
	return length > 0 ? CALLEE_ANY : CALLEE_NONE;
}

#elif defined(__aarch64__)

static uint32_t word(uintptr_t address)
{
	uint32_t value;
	memcpy(&value, (const void *)address, sizeof value);
	return value;
}

/* bti c; adrp x16, page; ldr x17, [x16, #slot]; add x16, …; br x17: what each linker's stub comes down to. */
static int through_stub(uintptr_t address, uintptr_t *out)
{
	uintptr_t at = word(address) == 0xd503245f ? address + 4 : address;
	uint32_t page = word(at), load = word(at + 4);
	*out = address;
	if ((page & 0x9f00001f) != 0x90000010 || (load & 0xffc003ff) != 0xf9400211)
		return 1;
	int64_t pages = (int64_t)(((uint64_t)(page >> 5 & 0x7ffff) << 2 | (page >> 29 & 3)) << 43) >> 43;
	uintptr_t slot = (at & ~(uintptr_t)0xfff) + (uintptr_t)(pages * 4096) + (load >> 10 & 0xfff) * 8;
	return read_slot(slot, out);
}

enum callee callee_before(uintptr_t return_address, const struct object *object, uintptr_t *out)
{
	if (!inside(object, return_address - 4, 4))
		return CALLEE_ANY;
	uint32_t call = word(return_address - 4);
	if ((call & 0xfc000000) == 0x94000000) {
		int64_t distance = (int64_t)((uint64_t)(call & 0x3ffffff) << 38) >> 36;
		uintptr_t callee = origin_of(return_address - 4 + (uintptr_t)distance);
		return inside(object, callee, 12) && through_stub(callee, out) ? CALLEE_KNOWN : CALLEE_ANY;
	}
	/* blr, and its forms that authenticate the pointer. */
	return (call & 0xfffffc1f) == 0xd63f0000 || (call & 0xfefff800) == 0xd63f0800 ? CALLEE_ANY : CALLEE_NONE;
}

#else
#error "no reading of call sites for this CPU"
#endif
