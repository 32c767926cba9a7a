/*
 * This file makes the core's functions count their entries: it maps the blob that PYINTERPOSE_ENTRIES names near the core
 * and puts a jump to it at the entry of each function, before the program has begun.
 *
 * Keep these rules: all or nothing, and every reason for nothing is in the ledger; a byte is written only where the
 * original was checked; no page is writable and executable at once; nothing is allocated; errno is kept.
 */
#include "entries.h"
#include "../objects.h"
#include "../page.h"
#include "../slots.h"
#include "callee.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#define MACHINE EM_X86_64
#define JUMP 5
/* Displacements have 31 bits. */
#define REACH (INT64_C(0x7fff0000))
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#define JUMP 4
#define REACH (INT64_C(0x7ff0000))
#endif

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define EXPORT __attribute__((visibility("default")))
#define HIDDEN __attribute__((visibility("hidden")))
#define STEP (INT64_C(16) << 20)
/* The assembly agrees on these. */
#define CACHED 4096
#define CACHED_SHIM 15

struct core {
	uintptr_t base;
	const ElfW(Phdr) * segments;
	int count;
	int found;
	const char *path;
};

/* Where counting begins, before anything is patched; replaced by one of the ledger's shape. */
static struct ledger none;
struct ledger *_Atomic page_current = &none;

/* What the assembly reads: the core's code; and for a call from elsewhere the return address, the slot, the role. */
HIDDEN uintptr_t entries_low, entries_size;
HIDDEN _Atomic uint64_t entries_cache[CACHED];
HIDDEN uint64_t entries_state_size = 512 + 64;
HIDDEN uint32_t entries_state_mask;
/* The ledger, in the thread that has the first rows to itself; and how far behind them those of the others lie, in bytes. */
HIDDEN _Thread_local struct ledger *entries_alone __attribute__((tls_model("initial-exec")));
HIDDEN uint64_t entries_others;
HIDDEN void entries_count(void);
HIDDEN int entries_role(uintptr_t return_address, uint32_t slot);

/* Code that is the core's, seen from objects.c of every shim. */
EXPORT struct object pyinterpose_stubs = { 0, 0, CALLER_CORE };

static _Atomic int begun;
/* In a forked child. */
static int left;
static const struct blob *blob;
static const struct patch *patches;
static const uint8_t *code;
static uintptr_t core_base;

EXPORT void *pyinterpose_behind(void *entry);
EXPORT const void *pyinterpose_origin(const void *address);
EXPORT void pyinterpose_canary_entries(void);

static void start(void);
static void leave(void);
static enum entries_reason patch_core(struct ledger *page);
static uint32_t counted(void);
static struct ledger *early_page(uint32_t slots);
static uint32_t ledger_slots(void);
static enum entries_reason read_blob(const char *path, const struct blob **out);
static int blob_valid(const struct blob *file, uint64_t size);
static int visit(struct dl_phdr_info *info, size_t size, void *data);
static int made_for(const struct core *core, const struct blob *file);
static int bytes_match(const struct core *core, const struct blob *file);
static int in_code(const struct core *core, uint64_t address, uint64_t size);
static uint8_t *map_near(const struct core *core, const struct blob *file);
static int reaches(const struct core *core, int64_t from, int64_t size);
static int fix(const struct core *core, const struct blob *file, uint8_t *at);
static int protect(const struct core *core, int writable);
static void restore(const struct core *core);
static void jump(const struct core *core, const struct patch *patch, uintptr_t to);
static void prepare_cpu(void);
static int caller_of(uintptr_t return_address, uint32_t slot);
static uintptr_t entry_of(uint32_t slot);

/* The patches follow the header; the fixups follow the patches; the code follows them, aligned. */
#define PATCHES(file) ((const struct patch *)((file) + 1))
#define FIXUPS(file) ((const struct fixup *)(PATCHES(file) + (file)->patches))
#define CODE_OFFSET(file)                                                    \
	((sizeof(struct blob) + (uint64_t)(file)->patches * sizeof(struct patch) + \
		(uint64_t)(file)->fixups * sizeof(struct fixup) + 15) &                  \
	 ~UINT64_C(15))

/* The canary is how objects.c knows a shim, and its family's bit is the handshake. */
void pyinterpose_canary_entries(void)
{
}

/*
 * Behind the counter of a function's entry; the entry itself where it has no counter. An override forwards to it, so that
 * what passed the override is not counted again. May be called before our constructor has run.
 */
void *pyinterpose_behind(void *entry)
{
	start();
	if (blob == NULL)
		return entry;
	uint64_t address = (uintptr_t)entry - core_base;
	uint32_t low = 0, high = blob->patches;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (patches[middle].entry < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == blob->patches || patches[low].entry != address)
		return entry;
	return (void *)(uintptr_t)(code + patches[low].behind);
}

/* Where a return address among the moved instructions is in the core; any other is returned as it is. */
const void *pyinterpose_origin(const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)code;
	if (blob == NULL || offset >= blob->code_size)
		return address;
	for (uint32_t i = 0; i < blob->patches; i++)
		if (patches[i].back == offset)
			return (const void *)(core_base + patches[i].at + patches[i].moved);
	return address;
}

__attribute__((constructor)) static void enter(void)
{
	start();
	if (blob == NULL)
		return;
	if (blob->others != 0)
		entries_alone = atomic_load(&page_current);
	pthread_atfork(NULL, NULL, leave);
}

/* In a forked child, after page.c's. */
static void leave(void)
{
	entries_alone = NULL;
	left = 1;
}

static void start(void)
{
	if (atomic_exchange(&begun, 1) != 0)
		return;
	int kept = errno;
	uint32_t slots = ledger_slots();
	struct ledger *early = early_page(slots);
	if (early != NULL) {
		page_enter(early, slots);
		struct ledger *page = atomic_load(&page_current);
		if (page != &none) {
			enum entries_reason reason = patch_core(page);
			atomic_store(&page->entries, (uint64_t)reason << 32 | counted());
			if (reason == ENTRIES_NONE)
				page_ready(FAMILY_entries);
		}
	}
	page_withdraw();
	errno = kept;
}

static enum entries_reason patch_core(struct ledger *page)
{
	const char *path = getenv("PYINTERPOSE_ENTRIES");
	const struct blob *file;
	struct core core = { 0, NULL, 0, 0, NULL };
	if (path == NULL)
		return ENTRIES_UNREADABLE;
	enum entries_reason reason = read_blob(path, &file);
	if (reason != ENTRIES_NONE)
		return reason;
	if (file->patches == 0)
		return ENTRIES_NOTHING;
	if (file->slots > page->slots)
		return ENTRIES_FEW_SLOTS;
	dl_iterate_phdr(visit, &core);
	if (!core.found)
		return ENTRIES_NO_CORE;
	if (!made_for(&core, file))
		return ENTRIES_OTHER_CORE;
	if (!bytes_match(&core, file))
		return ENTRIES_OTHER_BYTES;
	prepare_cpu();
	if (entries_state_size == 0)
		return ENTRIES_OLD_CPU;
	uint8_t *at = map_near(&core, file);
	if (at == NULL)
		return ENTRIES_NO_ROOM;
	if (protect(&core, 1) != 0) {
		protect(&core, 0);
		return ENTRIES_PROTECTED;
	}
	for (uint32_t i = 0; i < file->patches; i++)
		jump(&core, &PATCHES(file)[i], (uintptr_t)at + PATCHES(file)[i].counter);
	if (protect(&core, 0) != 0) {
		restore(&core);
		return ENTRIES_PROTECTED;
	}
	core_base = core.base;
	code = at;
	patches = PATCHES(file);
	entries_others = (uint64_t)file->others * LEDGER_ROW * sizeof(uint64_t);
	pyinterpose_stubs = (struct object){ (uintptr_t)at, file->code_size, CALLER_CORE };
	blob = file;
	return ENTRIES_NONE;
}

static uint32_t counted(void)
{
	uint32_t count = 0;
	for (uint32_t i = 0; blob != NULL && i < blob->patches; i++)
		count += patches[i].slot != BLOB_SLOTS;
	return count;
}

/* The shape of the ledger is the ledger's own: of the curated list, or of a sweep. 0 where there is none. */
static uint32_t ledger_slots(void)
{
	const char *path = getenv("PYINTERPOSE_LEDGER");
	struct ledger header = { .slots = 0 };
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t got = pread(fd, &header, sizeof header, 0);
	close(fd);
	return got == (ssize_t)sizeof header && header.magic == LEDGER_MAGIC && header.version == LEDGER_VERSION
					 ? header.slots
					 : 0;
}

/* Where a forked child counts. */
static uint32_t counted(void);
static struct ledger *early_page(uint32_t slots)
{
	if (slots == 0)
		return NULL;
	size_t size = sizeof(struct ledger) + (size_t)slots * LEDGER_ROW * sizeof(uint64_t);
	void *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return page == MAP_FAILED ? NULL : page;
}

static enum entries_reason read_blob(const char *path, const struct blob **out)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ENTRIES_UNREADABLE;
	void *file = MAP_FAILED;
	if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(struct blob))
		file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return ENTRIES_UNREADABLE;
	if (!blob_valid(file, (uint64_t)status.st_size))
		return ENTRIES_MALFORMED;
	if (((const struct blob *)file)->machine != MACHINE)
		return ENTRIES_OTHER_MACHINE;
	*out = file;
	return ENTRIES_NONE;
}

static int blob_valid(const struct blob *file, uint64_t size)
{
	if (file->magic != BLOB_MAGIC || file->version != BLOB_VERSION || file->size > size ||
			file->build_id_size > BLOB_BUILD_ID)
		return 0;
	if (file->size != CODE_OFFSET(file) + file->code_size || file->code_size < 16)
		return 0;
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		if (patch->counter >= file->code_size || patch->behind >= file->code_size || patch->back >= file->code_size ||
				patch->original_size > BLOB_ORIGINAL || patch->original_size < patch->moved || patch->slot > BLOB_SLOTS ||
				(i > 0 && patch[-1].entry >= patch->entry))
			return 0;
	}
	for (uint32_t i = 0; i < file->fixups; i++)
		if (FIXUPS(file)[i].kind >= FIXUP_KINDS || FIXUPS(file)[i].offset > file->code_size - 8)
			return 0;
	return 1;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct core *core = data;
	(void)size;
	if (!objects_is_core(info->dlpi_name))
		return 0;
	const char *name = info->dlpi_name;
	*core = (struct core){ info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum, 1,
												 name == NULL || name[0] == '\0' ? "/proc/self/exe" : name };
	uintptr_t most = 0;
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || segment->p_memsz <= most)
			continue;
		most = segment->p_memsz;
		entries_low = core->base + segment->p_vaddr;
		entries_size = segment->p_memsz;
	}
	return 1;
}

static int made_for(const struct core *core, const struct blob *file)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const uint8_t *headers = (const uint8_t *)core->segments;
	for (size_t i = 0; i < (size_t)core->count * sizeof(ElfW(Phdr)); i++)
		hash = (hash ^ headers[i]) * UINT64_C(0x100000001b3);
	if (hash != file->headers)
		return 0;
	if (file->build_id_size == 0)
		return 1;
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type != PT_NOTE || segment->p_memsz < sizeof(ElfW(Nhdr)))
			continue;
		uintptr_t align = segment->p_align == 8 ? 7 : 3;
		uintptr_t at = core->base + segment->p_vaddr, end = at + segment->p_memsz;
		while (end - at >= sizeof(ElfW(Nhdr)) && at < end) {
			const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
			uintptr_t name = at + sizeof *note, text = name + ((note->n_namesz + align) & ~align);
			if (text + note->n_descsz > end)
				break;
			if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp((const void *)name, "GNU", 4) == 0)
				return note->n_descsz == file->build_id_size && memcmp((const void *)text, file->build_id, note->n_descsz) == 0;
			at = text + ((note->n_descsz + align) & ~align);
		}
	}
	return 0;
}

static int bytes_match(const struct core *core, const struct blob *file)
{
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		if (!in_code(core, patch->at, patch->original_size) || (patch->via != 0 && !in_code(core, patch->via, JUMP)) ||
				memcmp((const void *)(core->base + patch->at), patch->original, patch->original_size) != 0)
			return 0;
	}
	return 1;
}

static int in_code(const struct core *core, uint64_t address, uint64_t size)
{
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type == PT_LOAD && segment->p_flags & PF_X && address - segment->p_vaddr < segment->p_filesz &&
				size <= segment->p_filesz - (address - segment->p_vaddr))
			return 1;
	}
	return 0;
}

/* Where the blob was encoded for, else farther away on either side. Returns the code, executable; null for no room. */
static uint8_t *map_near(const struct core *core, const struct blob *file)
{
	int64_t page = sysconf(_SC_PAGESIZE), size = (file->code_size + page - 1) & ~(page - 1);
	int64_t wanted = (int64_t)core->base + file->code_address;
	for (int64_t away = 0; away < REACH; away += STEP) {
		for (int side = -1; side <= 1; side += 2) {
			int64_t from = (wanted + side * away) & ~(page - 1);
			if (!reaches(core, from, size))
				continue;
			uint8_t *at = mmap((void *)from, (size_t)size, PROT_READ | PROT_WRITE,
												 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
			if (at == MAP_FAILED)
				continue;
			/* A kernel before 4.17 takes the address as a hint. */
			if ((int64_t)at == from && fix(core, file, at) == 0 && mprotect(at, (size_t)size, PROT_READ | PROT_EXEC) == 0)
				return at;
			munmap(at, (size_t)size);
		}
	}
	return NULL;
}

/* Whether code at `from` and every address of the core can refer to each other. */
static int reaches(const struct core *core, int64_t from, int64_t size)
{
	int64_t lowest = INT64_MAX, highest = INT64_MIN;
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type != PT_LOAD)
			continue;
#if defined(__aarch64__)
		/* Only branches depend on the distance. */
		if (!(segment->p_flags & PF_X))
			continue;
#endif
		int64_t low = (int64_t)(core->base + segment->p_vaddr), high = low + (int64_t)segment->p_memsz;
		lowest = low < lowest ? low : lowest;
		highest = high > highest ? high : highest;
	}
	return from >= (INT64_C(64) << 10) && highest - from < REACH && from + size - lowest < REACH;
}

static int fix(const struct core *core, const struct blob *file, uint8_t *at)
{
	int64_t moved = (int64_t)at - ((int64_t)core->base + file->code_address);
	memcpy(at, (const uint8_t *)file + CODE_OFFSET(file), file->code_size);
	/* The code begins with the address of what it calls. */
	*(uintptr_t *)at = (uintptr_t)entries_count;
	for (uint32_t i = 0; i < file->fixups; i++) {
		uint8_t *place = at + FIXUPS(file)[i].offset;
		switch ((enum fixup_kind)FIXUPS(file)[i].kind) {
		case FIXUP_RELATIVE32: {
			int32_t value;
			memcpy(&value, place, sizeof value);
			if ((int64_t)value - moved != (int32_t)((int64_t)value - moved))
				return -ERANGE;
			value = (int32_t)(value - moved);
			memcpy(place, &value, sizeof value);
			break;
		}
		case FIXUP_BRANCH26: {
			uint32_t word;
			memcpy(&word, place, sizeof word);
			int64_t value = ((int64_t)((int32_t)(word << 6) >> 6) * 4 - moved) / 4;
			if (value < -(1 << 25) || value >= 1 << 25)
				return -ERANGE;
			word = (word & 0xfc000000) | ((uint32_t)value & 0x03ffffff);
			memcpy(place, &word, sizeof word);
			break;
		}
		case FIXUP_ABSOLUTE64: {
			uint64_t value;
			memcpy(&value, place, sizeof value);
			value += core->base;
			memcpy(place, &value, sizeof value);
			break;
		}
		case FIXUP_KINDS:
			return -EINVAL;
		}
	}
	__builtin___clear_cache((char *)at, (char *)at + file->code_size);
	return 0;
}

/* Makes the core's code writable and not executable, or as its file says again. */
static int protect(const struct core *core, int writable)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
			continue;
		uintptr_t low = (core->base + segment->p_vaddr) & ~(page - 1);
		uintptr_t high = (core->base + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
		int protection = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) | PROT_EXEC;
		if (mprotect((void *)low, high - low, writable ? PROT_READ | PROT_WRITE : protection) != 0)
			return -errno;
	}
	return 0;
}

/* Maps the code anew: a system may forbid to execute what was written (SELinux: execmod), which shows only then. */
static void restore(const struct core *core)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int fd = open(core->path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < core->count; i++) {
		const ElfW(Phdr) *segment = &core->segments[i];
		if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
			continue;
		uintptr_t before = (core->base + segment->p_vaddr) & (page - 1);
		void *low = (void *)(core->base + segment->p_vaddr - before);
		/* Without its code the program is lost. */
		if (fd < 0 || mmap(low, segment->p_filesz + before, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd,
											 (off_t)(segment->p_offset - before)) != low)
			abort();
	}
	if (fd >= 0)
		close(fd);
}

/* Of a call that does not return to the core's own code. */
HIDDEN int entries_role(uintptr_t return_address, uint32_t slot)
{
	/* Nobody reads its counts; and another thread of its parent's may have held the loader's lock, which is still held here. */
	if (left)
		return CACHED_SHIM;
	int kept = errno, caller = caller_of(return_address, slot);
	uint64_t role = caller == CALLER_SHIM ? CACHED_SHIM : (uint64_t)caller;
	uint64_t known = ((uint64_t)return_address << 12 | slot) << 4 | role;
	atomic_store_explicit(&entries_cache[(return_address + slot * 32) % CACHED], known, memory_order_relaxed);
	errno = kept;
	return (int)role;
}

/*
 * The role of the object that holds the call, unless that call is known to call something else: then that has jumped here,
 * as the last thing it did. What an override stands for is in the core, and the override itself goes on behind the counter.
 */
static int caller_of(uintptr_t return_address, uint32_t slot)
{
	const struct object *object = objects_find((const void *)return_address);
	uintptr_t callee;
	if (object->caller == CALLER_SHIM || callee_before(return_address, object, &callee) != CALLEE_KNOWN ||
			callee == entry_of(slot))
		return object->caller;
	int jumper = objects_find((const void *)callee)->caller;
	return jumper == CALLER_SHIM ? CALLER_CORE : jumper;
}

static uintptr_t entry_of(uint32_t slot)
{
	for (uint32_t i = 0; blob != NULL && i < blob->patches; i++)
		if (patches[i].slot == slot)
			return core_base + patches[i].entry;
	return 0;
}

#if defined(__x86_64__)

/* jmp rel32; or jmp rel8 to one, in what another patched function has room for. */
static void jump(const struct core *core, const struct patch *patch, uintptr_t to)
{
	uint8_t *at = (uint8_t *)(core->base + patch->at), *from = at;
	if (patch->via != 0) {
		from = (uint8_t *)(core->base + patch->via);
		at[0] = 0xeb;
		at[1] = (uint8_t)(from - (at + 2));
	}
	int32_t distance = (int32_t)((int64_t)to - (int64_t)(from + JUMP));
	from[0] = 0xe9;
	memcpy(from + 1, &distance, sizeof distance);
}

/* What C code may clobber: x87, SSE, AVX, AVX-512. */
static void prepare_cpu(void)
{
	const uint32_t wanted = 0xe7;
	unsigned a, b, c, d, low, high;
	if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & 1)) {
		entries_state_size = 0;
		return;
	}
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) || !__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
		return;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	entries_state_mask = low & wanted;
	entries_state_size = b + 64;
}

#elif defined(__aarch64__)

static void jump(const struct core *core, const struct patch *patch, uintptr_t to)
{
	uintptr_t from = core->base + patch->at;
	uint32_t word = 0x14000000 | ((uint32_t)(((int64_t)to - (int64_t)from) / 4) & 0x03ffffff);
	memcpy((void *)from, &word, sizeof word);
	__builtin___clear_cache((char *)from, (char *)from + sizeof word);
}

static void prepare_cpu(void)
{
}

#endif
