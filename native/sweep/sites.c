/*
 * This file keeps call sites in a table that only ever grows: a reader needs no lock, and a writer claims an entry by its key.
 */
#include "sites.h"
#include "../loaded.h"
#include "../unload.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Entries looked at before a site counts as unknown. */
#define PATIENCE 64

static struct sites own;
static struct sites *_Atomic current = &own;

static void move(struct site *site);
static int visit(struct dl_phdr_info *info, size_t size, void *data);

static inline uint64_t key_of(uint32_t slot, uintptr_t return_address)
{
	return (uint64_t)slot << 48 | (return_address & ((UINT64_C(1) << 48) - 1));
}

static inline uint32_t place_of(uint64_t key)
{
	return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (SITES - 1);
}

static inline struct attribution unpacked(uint64_t attribution)
{
	return (struct attribution){ (int)(attribution >> 8 & 0xff) - 2, (int)(attribution & 0xff) - 2,
															 (int)(attribution >> 16 & 0xff), (int)(attribution >> 24 & 0xff) };
}

int sites_count(uint32_t slot, uintptr_t return_address, struct attribution *out)
{
	struct sites *sites = atomic_load_explicit(&current, memory_order_relaxed);
	uint64_t key = key_of(slot, return_address);
	uint32_t place = place_of(key);
	for (uint32_t i = 0; i < PATIENCE; i++) {
		struct site *site = &sites->site[(place + i) & (SITES - 1)];
		uint64_t found = atomic_load_explicit(&site->key, memory_order_acquire);
		if (found == 0)
			return 1;
		if (found != key)
			continue;
		uint64_t attribution = atomic_load_explicit(&site->attribution, memory_order_acquire);
		if (attribution == 0)
			return 1;
		*out = unpacked(attribution);
		atomic_fetch_add_explicit(&site->calls, 1, memory_order_relaxed);
		return 0;
	}
	return 1;
}

void sites_add(uint32_t slot, uintptr_t return_address, uintptr_t origin, struct attribution attribution)
{
	struct sites *sites = atomic_load(&current);
	uint64_t key = key_of(slot, return_address);
	uint32_t place = place_of(key);
	uint64_t packed = (uint64_t)attribution.callee << 24 | (uint64_t)attribution.uncertain << 16 |
										(uint64_t)(attribution.caller + 2) << 8 | (uint64_t)(attribution.apparent_caller + 2);
	if (sites != &own)
		dl_iterate_phdr(visit, &origin);
	for (uint32_t i = 0; i < PATIENCE; i++) {
		struct site *site = &sites->site[(place + i) & (SITES - 1)];
		uint64_t found = 0;
		if (!atomic_compare_exchange_strong(&site->key, &found, key) && found != key)
			continue;
		/* Two threads that meet one site at once understand the same of it. */
		atomic_store_explicit(&site->origin, origin, memory_order_relaxed);
		atomic_store_explicit(&site->attribution, packed, memory_order_release);
		atomic_fetch_add_explicit(&site->calls, 1, memory_order_relaxed);
		return;
	}
	atomic_fetch_add(&sites->missed, 1);
}

/* Every site is met again, and keeps what it has counted. */
void unload_forget(void)
{
	struct sites *sites = atomic_load(&current);
	for (uint32_t i = 0; i < SITES; i++)
		atomic_store_explicit(&sites->site[i].attribution, 0, memory_order_release);
}

int sites_map_file(void)
{
	struct stat status;
	const char *path = getenv("PYINTERPOSE_SITES");
	int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	struct sites *file = MAP_FAILED;
	if (fstat(fd, &status) == 0 && (uint64_t)status.st_size == sizeof *file)
		file = mmap(NULL, sizeof *file, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return 0;
	if (file->magic != SITES_MAGIC || file->version != SITES_VERSION || file->sites != SITES ||
			file->most_objects != SITES_OBJECTS) {
		munmap(file, sizeof *file);
		return 0;
	}
	atomic_store(&current, file);
	for (uint32_t i = 0; i < SITES; i++)
		move(&own.site[i]);
	return 1;
}

/* What was met before the constructor. */
static void move(struct site *site)
{
	struct attribution attribution;
	uint64_t key = atomic_load(&site->key), calls = atomic_exchange(&site->calls, 0);
	if (calls == 0)
		return;
	uint32_t slot = (uint32_t)(key >> 48);
	uintptr_t return_address = (uintptr_t)(key & ((UINT64_C(1) << 48) - 1));
	if (sites_count(slot, return_address, &attribution) != 0)
		sites_add(slot, return_address, atomic_load(&site->origin), unpacked(atomic_load(&site->attribution)));
	struct sites *sites = atomic_load(&current);
	for (uint32_t i = 0; calls > 1 && i < PATIENCE; i++) {
		struct site *moved = &sites->site[(place_of(key) + i) & (SITES - 1)];
		if (atomic_load(&moved->key) == key) {
			atomic_fetch_add(&moved->calls, calls - 1);
			return;
		}
	}
}

void sites_after_fork_in_child(void)
{
	atomic_store(&current, &own);
}

/* Keeps the object that holds the address, unless it is kept already. */
static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct sites *sites = atomic_load(&current);
	uintptr_t address = *(uintptr_t *)data;
	(void)size;
	const ElfW(Phdr) *segment = loaded_segment(info, address, 0);
	if (segment == NULL)
		return 0;
	uintptr_t low = info->dlpi_addr + segment->p_vaddr;
	for (uint32_t i = 0; i < SITES_OBJECTS && i < atomic_load(&sites->objects); i++)
		if (sites->object[i].low == low && strcmp(sites->object[i].path, loaded_name(info)) == 0)
			return 1;
	uint32_t index = atomic_fetch_add(&sites->objects, 1);
	if (index < SITES_OBJECTS) {
		struct sites_object *object = &sites->object[index];
		object->size = segment->p_memsz;
		object->bias = info->dlpi_addr;
		strncpy(object->path, loaded_name(info), sizeof object->path - 1);
		object->low = low;
	}
	return 1;
}
