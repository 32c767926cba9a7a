/* This file reads ledgers for the driver. */
#include "reader.h"
#include "ledger.h"
#include "slots.h"
#include "entries/entries.h"
#include "visibility.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

struct reader {
	struct ledger *page;
};

static const struct {
	const char *symbol;
	const char *family;
} rows[] = {
#define HOOK(family, symbol, ...) { #symbol, #family },
#define JUMP(family, symbol) { #symbol, #family },
#define CANARY(family, symbol) { #symbol, #family },
#include "hooks.def"
#undef HOOK
#undef JUMP
#undef CANARY
};

static const char *const families[] = {
#define HOOK(...)
#define JUMP(...)
#define CANARY(family, symbol) #family,
#include "hooks.def"
};

static const char *const entries_reasons[] = {
#define ENTRIES_REASON(name, words) words,
	ENTRIES_REASONS(ENTRIES_REASON)
#undef ENTRIES_REASON
};

static const struct {
	const char *name;
	uint64_t value;
} layout[] = {
#define NUMBER(name) { #name, name },
	LAYOUT(NUMBER)
#undef NUMBER
};

static int valid(const struct ledger *page, uint64_t size);

EXPORT int reader_create(const char *path, uint32_t slots, uint32_t phases)
{
	struct ledger header = {
		.magic = LEDGER_MAGIC,
		.version = LEDGER_VERSION,
		.slots = slots,
		.phases = phases,
		.row = LEDGER_ROW,
		.size = sizeof header + (uint64_t)slots * phases * LEDGER_ROW * sizeof(uint64_t),
	};
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	/* posix_fallocate, because a page that cannot be had later is a SIGBUS in the target. */
	int error = posix_fallocate(fd, 0, (off_t)header.size);
	if (error == 0 && pwrite(fd, &header, sizeof header, 0) != (ssize_t)sizeof header)
		error = EIO;
	close(fd);
	if (error != 0)
		unlink(path);
	return -error;
}

EXPORT int reader_open(const char *path, struct reader **out)
{
	struct stat status;
	int error = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) != 0)
		error = errno;
	else if ((uint64_t)status.st_size < sizeof(struct ledger))
		error = EBADMSG;
	if (error == 0) {
		struct ledger *page = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
		if (page == MAP_FAILED) {
			error = errno;
		} else if (!valid(page, (uint64_t)status.st_size) || (*out = malloc(sizeof **out)) == NULL) {
			munmap(page, (size_t)status.st_size);
			error = EBADMSG;
		} else {
			(*out)->page = page;
		}
	}
	close(fd);
	return -error;
}

EXPORT int reader_copy(const struct reader *reader, uint32_t phase, uint64_t *out)
{
	const struct ledger *page = reader->page;
	for (uint32_t slot = 0; slot < page->slots; slot++) {
		int result = reader_row(reader, phase, slot, out + (uint64_t)slot * page->row);
		if (result != 0)
			return result;
	}
	return 0;
}

EXPORT int reader_row(const struct reader *reader, uint32_t phase, uint32_t slot, uint64_t *out)
{
	const struct ledger *page = reader->page;
	if (phase >= page->phases || slot >= page->slots)
		return -ERANGE;
	uint64_t first = ((uint64_t)phase * page->slots + slot) * page->row;
	for (uint32_t i = 0; i < page->row; i++)
		out[i] = atomic_load_explicit(&LEDGER_COUNTS(page)[first + i], memory_order_relaxed);
	return 0;
}

EXPORT int reader_ready(const struct reader *reader, uint64_t *out)
{
	*out = atomic_load(&reader->page->ready);
	return 0;
}

EXPORT int reader_entries(const struct reader *reader, uint32_t *out)
{
	uint64_t entries = atomic_load(&reader->page->entries);
	uint32_t reason = (uint32_t)(entries >> 32);
	*out = (uint32_t)entries;
	return reason < ENTRIES_COUNT ? (int)reason : -EBADMSG;
}

EXPORT void reader_processes(const struct reader *reader, uint64_t out[2])
{
	out[0] = atomic_load(&reader->page->children);
	out[1] = atomic_load(&reader->page->replaced);
}

EXPORT int reader_names_changed(const struct reader *reader, uint64_t *out)
{
	*out = atomic_load(&reader->page->names_changed);
	return 0;
}

EXPORT const char *reader_entries_reason(uint32_t reason)
{
	return reason < ENTRIES_COUNT ? entries_reasons[reason] : NULL;
}

EXPORT void reader_close(struct reader *reader)
{
	munmap(reader->page, reader->page->size);
	free(reader);
}

EXPORT const char *reader_symbol(uint32_t slot)
{
	return slot < SLOTS ? rows[slot].symbol : NULL;
}

EXPORT const char *reader_family_of(uint32_t slot)
{
	return slot < SLOTS ? rows[slot].family : NULL;
}

EXPORT const char *reader_family(uint32_t bit)
{
	return bit < FAMILIES ? families[bit] : NULL;
}

EXPORT int reader_layout(const char *name, uint64_t *out)
{
	for (size_t i = 0; i < sizeof layout / sizeof layout[0]; i++) {
		if (strcmp(layout[i].name, name) != 0)
			continue;
		*out = layout[i].value;
		return 0;
	}
	return -ENOENT;
}

EXPORT int reader_fix_addresses(void)
{
	int now = personality(0xffffffff);
	return now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0 ? -errno : 0;
}

EXPORT const char *reader_libc(void)
{
#ifdef __GLIBC__
	static char name[32];
	snprintf(name, sizeof name, "glibc %s", gnu_get_libc_version());
	return name;
#else
	return "unknown";
#endif
}

static int valid(const struct ledger *page, uint64_t size)
{
	return page->magic == LEDGER_MAGIC && page->version == LEDGER_VERSION && page->row == LEDGER_ROW &&
				 page->size == size &&
				 size == sizeof *page + (uint64_t)page->slots * page->phases * page->row * sizeof(uint64_t);
}
