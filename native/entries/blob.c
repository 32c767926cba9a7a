/* This file reads a blob of entry counters, and believes nothing of it: every offset in it is checked before use. */
#include "blob.h"
#include "stubs.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#endif

static int valid(const struct blob *file, uint64_t size);

enum entries_reason blob_read(const char *path, const struct blob **out)
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
	if (!valid(file, (uint64_t)status.st_size))
		return ENTRIES_MALFORMED;
	if (((const struct blob *)file)->machine != MACHINE)
		return ENTRIES_OTHER_MACHINE;
	*out = file;
	return ENTRIES_NONE;
}

static int valid(const struct blob *file, uint64_t size)
{
	if (file->magic != BLOB_MAGIC || file->version != BLOB_VERSION || file->size > size ||
			file->build_id_size > BLOB_MOST_BUILD_ID)
		return 0;
	if (file->size != CODE_OFFSET(file) + file->code_size || file->code_size < sizeof(struct stubs_head))
		return 0;
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		if (patch->counter >= file->code_size || patch->resume >= file->code_size || patch->jump_back >= file->code_size ||
				patch->original_size > PATCH_MOST_ORIGINAL || patch->original_size < patch->displaced ||
				patch->slot > BLOB_COPY_SLOT || (patch->slot == BLOB_COPY_SLOT && file->ledger == 0) ||
				(i > 0 && patch[-1].entry >= patch->entry))
			return 0;
	}
	for (uint32_t i = 0; i < file->redirections; i++)
		if (REDIRECTIONS(file)[i].target >= file->code_size || REDIRECTIONS(file)[i].kind >= REDIRECTION_KINDS ||
				REDIRECTIONS(file)[i].slot >= BLOB_MOST_SLOTS)
			return 0;
	for (uint32_t i = 0; i < file->names; i++)
		if (NAMES(file)[i].slot >= BLOB_MOST_SLOTS)
			return 0;
	if (file->site_stubs > file->code_size || (file->ledger != 0 && file->ledger < file->code_size))
		return 0;
	for (uint32_t i = 0; i < file->fixups; i++)
		if (FIXUPS(file)[i].kind >= FIXUP_KINDS || FIXUPS(file)[i].offset > file->code_size - 8)
			return 0;
	return 1;
}
