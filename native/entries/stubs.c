/*
 * This file maps the stubs near the interpreter, and writes the jumps from the patched functions to them.
 *
 * A jump of x86-64 reaches 2 GiB, one of aarch64 128 MiB, so the stubs must stand that near. The driver has encoded them for one
 * place that is seldom taken; where it is, other places are tried outwards, and the fixups are applied.
 *
 * Keep these rules: nothing that is mapped is replaced (MAP_FIXED_NOREPLACE), but for code by its own changed copy; no page is
 * writable and executable at once.
 */
#include "stubs.h"
#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
/* A distance has 31 bits and a sign. */
#define REACH INT64_C(0x7fff0000)
#elif defined(__aarch64__)
#define REACH INT64_C(0x7ff0000)
#endif
#define STEP (INT64_C(16) << 20)

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static int reaches(const struct interpreter *interpreter, int64_t from, int64_t size);
static int encode(const struct interpreter *interpreter, const struct blob *file, const struct stubs_head *head,
									uint8_t *at);
static int fix(const struct interpreter *interpreter, const struct stubs_head *head, int64_t farther, uint32_t kind,
							 uint8_t *place);

uint8_t *stubs_map(const struct interpreter *interpreter, const struct blob *file, const struct stubs_head *head,
									 uint64_t ledger_size, enum entries_reason *reason)
{
	*reason = ENTRIES_NO_ROOM;
	int64_t page = sysconf(_SC_PAGESIZE), code = (file->code_size + page - 1) & ~(page - 1);
	int64_t size = file->ledger == 0 ? code : file->ledger + (((int64_t)ledger_size + page - 1) & ~(page - 1));
	int64_t wanted = (int64_t)interpreter->base + file->code_address;
	for (int64_t away = 0; away < REACH; away += STEP) {
		for (int side = -1; side <= 1; side += 2) {
			int64_t from = (wanted + side * away) & ~(page - 1);
			if (!reaches(interpreter, from, size))
				continue;
			uint8_t *at = mmap((void *)from, (size_t)size, PROT_READ | PROT_WRITE,
												 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
			if (at == MAP_FAILED)
				continue;
			/* A kernel before 4.17 takes the address as a hint. */
			if ((int64_t)at == from && encode(interpreter, file, head, at) == 0) {
				memcpy(at, head, sizeof *head);
				__builtin___clear_cache((char *)at, (char *)at + file->code_size);
				if (mprotect(at, (size_t)code, PROT_READ | PROT_EXEC) == 0)
					return at;
				/* PR_SET_MDWE, SELinux's execmem, a seccomp filter: it is the same at every other address. */
				*reason = ENTRIES_FORBIDDEN;
			}
			munmap(at, (size_t)size);
			if (*reason == ENTRIES_FORBIDDEN)
				return NULL;
		}
	}
	return NULL;
}

int stubs_map_ledger(const struct blob *file, uint8_t *stubs, const char *path, uint64_t size)
{
	uint8_t *wanted = stubs + file->ledger;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	/* What is there is our own. */
	uint8_t *at = mmap(wanted, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	close(fd);
	return at == wanted;
}

void stubs_unmap_ledger(const struct blob *file, uint8_t *stubs, uint64_t size)
{
	if (mmap(stubs + file->ledger, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
			MAP_FAILED)
		abort();
}

void stubs_remap_ledger(const struct blob *file, uint8_t *stubs, const char *path, uint64_t size)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *at =
		fd < 0 ? MAP_FAILED : mmap(stubs + file->ledger, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED)
		stubs_unmap_ledger(file, stubs, size);
}

/* Whether code at `from` and every address of the interpreter can refer to each other. */
static int reaches(const struct interpreter *interpreter, int64_t from, int64_t size)
{
	int64_t lowest = INT64_MAX, highest = INT64_MIN;
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		if (segment->p_type != PT_LOAD)
			continue;
#if defined(__aarch64__)
		/* Only branches depend on the distance. */
		if (!(segment->p_flags & PF_X))
			continue;
#endif
		int64_t low = (int64_t)(interpreter->base + segment->p_vaddr), high = low + (int64_t)segment->p_memsz;
		lowest = low < lowest ? low : lowest;
		highest = high > highest ? high : highest;
	}
	return from >= (INT64_C(64) << 10) && highest - from < REACH && from + size - lowest < REACH;
}

static int encode(const struct interpreter *interpreter, const struct blob *file, const struct stubs_head *head,
									uint8_t *at)
{
	int64_t farther = (int64_t)at - ((int64_t)interpreter->base + file->code_address);
	memcpy(at, (const uint8_t *)file + CODE_OFFSET(file), file->code_size);
	for (uint32_t i = 0; i < file->fixups; i++) {
		int error = fix(interpreter, head, farther, FIXUPS(file)[i].kind, at + FIXUPS(file)[i].offset);
		if (error != 0)
			return error;
	}
	return 0;
}

/* Sets the word at a place to what it must be where the code stands `farther` bytes above what it was encoded for. */
static int fix(const struct interpreter *interpreter, const struct stubs_head *head, int64_t farther, uint32_t kind,
							 uint8_t *place)
{
	uint64_t address;
	uint32_t word;
	int32_t distance;
	int64_t wanted;
	switch (kind) {
	case FIXUP_RELATIVE32:
		memcpy(&distance, place, sizeof distance);
		wanted = distance - farther;
		distance = (int32_t)wanted;
		if (distance != wanted)
			return -ERANGE;
		memcpy(place, &distance, sizeof distance);
		return 0;
	case FIXUP_BRANCH26:
		memcpy(&word, place, sizeof word);
		wanted = ((int64_t)((int32_t)(word << 6) >> 6) * 4 - farther) / 4;
		if (wanted < -(1 << 25) || wanted >= 1 << 25)
			return -ERANGE;
		word = (word & 0xfc000000) | ((uint32_t)wanted & 0x03ffffff);
		memcpy(place, &word, sizeof word);
		return 0;
	case FIXUP_ABSOLUTE64:
		memcpy(&address, place, sizeof address);
		address += interpreter->base;
		memcpy(place, &address, sizeof address);
		return 0;
	case FIXUP_THREAD32:
		memcpy(&distance, place, sizeof distance);
		wanted = distance + (int64_t)head->main_low;
		distance = (int32_t)wanted;
		if (distance != wanted)
			return -ERANGE;
		memcpy(place, &distance, sizeof distance);
		return 0;
	default:
		return -EINVAL;
	}
}

#if defined(__x86_64__)

int stubs_jump_in_place(const struct interpreter *interpreter, const struct blob *file, const uint8_t *stubs)
{
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC), error = memory < 0 ? -errno : 0;
	for (uint32_t i = 0; error == 0 && i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		uintptr_t at = interpreter->base + patch->at, from = at;
		uint8_t jump[5] = { 0xe9 };
		if (patch->relay != 0) {
			from = interpreter->base + patch->relay;
			uint8_t leap[2] = { 0xeb, (uint8_t)(from - (at + 2)) };
			if (pwrite(memory, leap, sizeof leap, (off_t)at) != (ssize_t)sizeof leap)
				error = -EPERM;
		}
		int32_t distance = (int32_t)((uintptr_t)stubs + patch->counter - (from + 5));
		memcpy(jump + 1, &distance, sizeof distance);
		if (error == 0 && pwrite(memory, jump, sizeof jump, (off_t)from) != (ssize_t)sizeof jump)
			error = -EPERM;
	}
	for (uint32_t i = 0; error == 0 && i < file->redirections; i++) {
		const struct redirection *redirection = &REDIRECTIONS(file)[i];
		uintptr_t place = interpreter->base + redirection->at;
		int32_t distance = (int32_t)((uintptr_t)stubs + redirection->target - (place + 4));
		if (pwrite(memory, &distance, sizeof distance, (off_t)place) != (ssize_t)sizeof distance)
			error = -EPERM;
	}
	for (uint32_t i = 0; error != 0 && memory >= 0 && i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		/* A relay jump's bytes are a donor's, which has a patch of its own. */
		(void)!pwrite(memory, patch->original, patch->original_size, (off_t)(interpreter->base + patch->at));
	}
	for (uint32_t i = 0; error != 0 && memory >= 0 && i < file->redirections; i++) {
		const struct redirection *redirection = &REDIRECTIONS(file)[i];
		(void)!pwrite(memory, &redirection->original, sizeof redirection->original,
									(off_t)(interpreter->base + redirection->at));
	}
	if (memory >= 0)
		close(memory);
	return error;
}

/* jmp rel32; or jmp rel8 to a relay jump, in bytes that a donor lends. */
void stubs_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs)
{
	uint8_t *at = (uint8_t *)(interpreter->base + patch->at), *from = at;
	if (patch->relay != 0) {
		from = (uint8_t *)(interpreter->base + patch->relay);
		at[0] = 0xeb;
		at[1] = (uint8_t)(from - (at + 2));
	}
	int32_t distance = (int32_t)(stubs + patch->counter - (from + 5));
	from[0] = 0xe9;
	memcpy(from + 1, &distance, sizeof distance);
}

/* The distance ends the instruction. */
void stubs_redirect(const struct interpreter *interpreter, const struct redirection *redirection, const uint8_t *stubs)
{
	uint8_t *place = (uint8_t *)(interpreter->base + redirection->at);
	int32_t distance = (int32_t)(stubs + redirection->target - (place + 4));
	__builtin_memcpy(place, &distance, sizeof distance);
}

#elif defined(__aarch64__)

static uint8_t *write_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs,
													 uintptr_t away);
static uint8_t *write_redirection(const struct interpreter *interpreter, const struct redirection *redirection,
																	const uint8_t *stubs, uintptr_t away);
static const ElfW(Phdr) * code_around(const struct interpreter *interpreter, uintptr_t low, uintptr_t high);
static void widen(uintptr_t at, uintptr_t *low, uintptr_t *high);

/*
 * All of it is changed in a copy, which then takes the place of the code in one step: no other thread finds a page that is not
 * executable, and an emulator learns that what it has translated is no more (of what is written to /proc/self/mem it knows nothing).
 */
int stubs_jump_in_place(const struct interpreter *interpreter, const struct blob *file, const uint8_t *stubs)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), low = UINTPTR_MAX, high = 0;
	for (uint32_t i = 0; i < file->patches; i++)
		widen(interpreter->base + PATCHES(file)[i].at, &low, &high);
	for (uint32_t i = 0; i < file->redirections; i++)
		widen(interpreter->base + REDIRECTIONS(file)[i].at, &low, &high);
	if (code_around(interpreter, low, high) == NULL)
		return -ENOTSUP;
	low &= ~(page - 1);
	high = (high + page - 1) & ~(page - 1);
	uint8_t *copy = mmap(NULL, high - low, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return -errno;
	memcpy(copy, (const void *)low, high - low);
	uintptr_t away = (uintptr_t)copy - low;
	for (uint32_t i = 0; i < file->patches; i++)
		write_jump(interpreter, &PATCHES(file)[i], stubs, away);
	for (uint32_t i = 0; i < file->redirections; i++)
		write_redirection(interpreter, &REDIRECTIONS(file)[i], stubs, away);
	__builtin___clear_cache((char *)copy, (char *)copy + (high - low));
	if (mprotect(copy, high - low, PROT_READ | PROT_EXEC) != 0 ||
			mremap(copy, high - low, high - low, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)low) == MAP_FAILED) {
		int error = -errno;
		munmap(copy, high - low);
		return error;
	}
	__builtin___clear_cache((char *)low, (char *)high);
	return 0;
}

/* Null where the places are not all in one piece of code. */
static const ElfW(Phdr) * code_around(const struct interpreter *interpreter, uintptr_t low, uintptr_t high)
{
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		uintptr_t from = interpreter->base + segment->p_vaddr;
		if (segment->p_type == PT_LOAD && (segment->p_flags & (PF_R | PF_X)) == (PF_R | PF_X) && low >= from &&
				high <= from + segment->p_filesz)
			return segment;
	}
	return NULL;
}

static void widen(uintptr_t at, uintptr_t *low, uintptr_t *high)
{
	*low = at < *low ? at : *low;
	*high = at + 4 > *high ? at + 4 : *high;
}

void stubs_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs)
{
	uint8_t *at = write_jump(interpreter, patch, stubs, 0);
	__builtin___clear_cache((char *)at, (char *)at + 4);
}

void stubs_redirect(const struct interpreter *interpreter, const struct redirection *redirection, const uint8_t *stubs)
{
	uint8_t *at = write_redirection(interpreter, redirection, stubs, 0);
	__builtin___clear_cache((char *)at, (char *)at + 4);
}

/* Written `away` bytes above the place that it is for; the same of the next. */
static uint8_t *write_jump(const struct interpreter *interpreter, const struct patch *patch, const uint8_t *stubs,
													 uintptr_t away)
{
	uint8_t *from = (uint8_t *)(interpreter->base + patch->at);
	uint32_t word = 0x14000000 | ((uint32_t)((stubs + patch->counter - from) / 4) & 0x03ffffff);
	return memcpy(from + away, &word, sizeof word);
}

/* The upper six bits tell B from BL. */
static uint8_t *write_redirection(const struct interpreter *interpreter, const struct redirection *redirection,
																	const uint8_t *stubs, uintptr_t away)
{
	uint8_t *place = (uint8_t *)(interpreter->base + redirection->at);
	uint32_t distance = (uint32_t)((stubs + redirection->target - place) / 4);
	uint32_t word = (redirection->original & 0xfc000000) | (distance & 0x03ffffff);
	return memcpy(place + away, &word, sizeof word);
}

#endif
