/* This file tells who defines a function first, and who has entered one past its override; see told.h for the rules. */
#include "told.h"
#include "ledger.h"
#include "loaded.h"
#include "page.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct first {
	const char *symbol;
	/* 1 where our own object is the first to define it. */
	int ours;
	uintptr_t low;
	const char *object;
	int caller;
};

struct entering {
	uintptr_t return_address, entry;
	int by_name;
	uintptr_t low;
	const char *object;
};

static struct told *file(void);
static struct told *map(void);
static int visit_loaded(struct dl_phdr_info *info, size_t size, void *data);
static int visit_definer(struct dl_phdr_info *info, size_t size, void *data);
static int visit_entering(struct dl_phdr_info *info, size_t size, void *data);
static int names(const struct dl_phdr_info *info, uintptr_t entry);
static void tell(enum told_kind kind, uint32_t slot, int caller, uintptr_t low, const char *object);

void told_definition(uint32_t slot, const char *symbol)
{
	if (file() == NULL)
		return;
	int kept = errno;
	const void *found = dlsym(RTLD_DEFAULT, symbol);
	struct first first = { symbol, 0, 0, NULL, CALLER_LIBRARY };
	/* An executable's canonical PLT entry is an address of its own for a function that it does not define, so definitions decide. */
	if (found != NULL && !objects_ours(found) && dl_iterate_phdr(visit_definer, &first) && !first.ours)
		tell(TOLD_DEFINES, slot, first.caller, first.low, first.object);
	errno = kept;
}

void told_entry(uint32_t slot, uintptr_t return_address, uintptr_t entry, int caller)
{
	if (file() == NULL || in_forked_child)
		return;
	int kept = errno;
	struct entering entering = { return_address, entry, 0, 0, NULL };
	if (dl_iterate_phdr(visit_entering, &entering))
		tell(entering.by_name ? TOLD_BY_NAME : TOLD_BY_ADDRESS, slot, caller, entering.low, entering.object);
	errno = kept;
}

void told_objects(void)
{
	/* Objects loaded, and unloaded, by the loader's own count. */
	static _Atomic uint64_t seen;
	if (file() == NULL || in_forked_child)
		return;
	int kept = errno;
	uint64_t before = atomic_load(&seen), now = before;
	dl_iterate_phdr(visit_loaded, &now);
	atomic_store(&seen, now);
	errno = kept;
}

/* Null where nothing is to be told. */
static struct told *file(void)
{
	static struct told *_Atomic mapped;
	static _Atomic int asked;
	if (atomic_exchange(&asked, 1) == 0)
		atomic_store(&mapped, map());
	return atomic_load(&mapped);
}

static struct told *map(void)
{
	struct stat status;
	/* Of a program that the one meant has started, nothing is told: where its objects are has nothing to do with that one's. */
	const char *first = getenv("PYINTERPOSE_LEDGER"), *own = page_path();
	const char *path = own != NULL && first != NULL && strcmp(first, own) != 0 ? NULL : getenv("PYINTERPOSE_TOLD");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	struct told *told = MAP_FAILED;
	uint64_t size = TOLD_HEADER + (uint64_t)TOLD_MOST * TOLD_RECORD;
	if (fstat(fd, &status) == 0 && (uint64_t)status.st_size == size)
		told = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (told == MAP_FAILED)
		return NULL;
	if (told->magic == TOLD_MAGIC && told->version == TOLD_VERSION && told->most == TOLD_MOST)
		return told;
	munmap(told, size);
	return NULL;
}

static int visit_loaded(struct dl_phdr_info *info, size_t size, void *data)
{
	uint64_t *seen = data, changes = (uint64_t)info->dlpi_adds + (uint64_t)info->dlpi_subs;
	(void)size;
	/* The callback is called once for each object, and may stop at the first. */
	if (loaded_name(info)[0] == '\0' && info->dlpi_phnum > 0 && *seen == changes)
		return 1;
	*seen = changes;
	const ElfW(Phdr) *segment = loaded_largest(info, PF_X);
	if (segment == NULL)
		return 0;
	uintptr_t low = info->dlpi_addr + segment->p_vaddr;
	int caller = objects_find((const void *)low)->caller;
	if (caller != CALLER_SHIM)
		tell(TOLD_LOADED, 0, caller, low, loaded_name(info));
	return 0;
}

/* The loader's list begins with the main program and the preloads, in the order in which it looks a name up. */
static int visit_definer(struct dl_phdr_info *info, size_t size, void *data)
{
	struct first *first = data;
	struct loaded_tables tables = loaded_tables(info);
	(void)size;
	if (tables.symbols == NULL || tables.strings == NULL)
		return 0;
	uint32_t index = loaded_definition(&tables, first->symbol);
	if (index == 0)
		return 0;
	uintptr_t address = info->dlpi_addr + tables.symbols[index].st_value;
	first->ours = objects_ours((const void *)address);
	first->low = address;
	first->object = loaded_name(info);
	first->caller = objects_find((const void *)address)->caller;
	return 1;
}

static int visit_entering(struct dl_phdr_info *info, size_t size, void *data)
{
	struct entering *entering = data;
	const ElfW(Phdr) *segment = loaded_segment(info, entering->return_address, PF_X);
	(void)size;
	if (segment == NULL)
		return 0;
	entering->by_name = names(info, entering->entry);
	entering->low = info->dlpi_addr + segment->p_vaddr;
	entering->object = loaded_name(info);
	return 1;
}

/* Whether a slot that a relocation of the object fills by a symbol's name holds the entry. */
static int names(const struct dl_phdr_info *info, uintptr_t entry)
{
	struct loaded_tables tables = loaded_tables(info);
	for (int table = 0; table < 2; table++) {
		for (size_t i = 0; tables.relocations[table] != NULL && i < tables.sizes[table] / sizeof(ElfW(Rela)); i++) {
			const ElfW(Rela) *relocation = &tables.relocations[table][i];
			uintptr_t at = info->dlpi_addr + relocation->r_offset, value;
			if (ELF64_R_SYM(relocation->r_info) == 0 || loaded_segment(info, at, PF_R) == NULL)
				continue;
			memcpy(&value, (const void *)at, sizeof value);
			if (value == entry)
				return 1;
		}
	}
	return 0;
}

/*
 * Each once. Definitions are not looked for: each function is asked about once, and a static Python tells of all, so that to look
 * would take the square of their number. Two threads that tell the same at once may tell it twice, which is
 * harmless.
 */
static void tell(enum told_kind kind, uint32_t slot, int caller, uintptr_t low, const char *object)
{
	struct told *told = file();
	size_t length = strlen(object), most = TOLD_OBJECT_SIZE - 1, cut = length > most ? length - most : 0;
	uint32_t count = atomic_load(&told->records);
	for (uint32_t i = 0; kind != TOLD_DEFINES && i < count && i < TOLD_MOST; i++) {
		const struct told_record *known = &told->record[i];
		if (known->slot == slot && known->low == low && atomic_load(&known->kind) == kind && known->caller == caller &&
				strcmp(known->object, object + cut) == 0)
			return;
	}
	uint32_t index = atomic_fetch_add(&told->records, 1);
	if (index >= TOLD_MOST)
		return;
	struct told_record *record = &told->record[index];
	record->slot = slot;
	record->caller = caller;
	record->low = low;
	memcpy(record->object, object + cut, length - cut + 1);
	atomic_store(&record->kind, kind);
}
