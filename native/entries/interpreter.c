/* This file finds the interpreter, or libc, among what is loaded, knows it, and gets the right to write its code; see interpreter.h. */
#include "interpreter.h"
#include "../loaded.h"
#include "../objects.h"
#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

struct search {
	int (*is_meant)(const char *name);
	struct interpreter *out;
};

static int visit(struct dl_phdr_info *info, size_t size, void *data);
static int has_build_id(const struct interpreter *interpreter, const uint8_t *id, uint32_t size);
static int in_code(const struct interpreter *interpreter, uint64_t address, uint64_t size);
static int is_code(const ElfW(Phdr) * segment);

int interpreter_find(struct interpreter *out)
{
	struct search search = { objects_is_interpreter, out };
	return dl_iterate_phdr(visit, &search) ? 0 : -ENOENT;
}

int interpreter_find_libc(struct interpreter *out)
{
	struct search search = { objects_is_libc, out };
	return dl_iterate_phdr(visit, &search) ? 0 : -ENOENT;
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	const struct search *search = data;
	struct interpreter *interpreter = search->out;
	(void)size;
	if (!search->is_meant(loaded_name(info)))
		return 0;
	const char *name = loaded_name(info);
	*interpreter = (struct interpreter){
		info->dlpi_addr, info->dlpi_phdr, info->dlpi_phnum, name[0] == '\0' ? "/proc/self/exe" : name, 0, 0
	};
	const ElfW(Phdr) *code = loaded_largest(info, PF_X);
	if (code != NULL) {
		interpreter->code = interpreter->base + code->p_vaddr;
		interpreter->code_size = code->p_memsz;
	}
	return 1;
}

int interpreter_is_of(const struct interpreter *interpreter, const struct blob *file)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const uint8_t *headers = (const uint8_t *)interpreter->segments;
	for (size_t i = 0; i < (size_t)interpreter->count * sizeof(ElfW(Phdr)); i++)
		hash = (hash ^ headers[i]) * UINT64_C(0x100000001b3);
	return hash == file->headers &&
				 (file->build_id_size == 0 || has_build_id(interpreter, file->build_id, file->build_id_size));
}

static int has_build_id(const struct interpreter *interpreter, const uint8_t *id, uint32_t size)
{
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		if (segment->p_type != PT_NOTE || segment->p_memsz < sizeof(ElfW(Nhdr)))
			continue;
		uintptr_t align = segment->p_align == 8 ? 7 : 3;
		uintptr_t at = interpreter->base + segment->p_vaddr, end = at + segment->p_memsz;
		while (end - at >= sizeof(ElfW(Nhdr)) && at < end) {
			const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)at;
			uintptr_t name = at + sizeof *note, text = name + ((note->n_namesz + align) & ~align);
			if (text + note->n_descsz > end)
				break;
			if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp((const void *)name, "GNU", 4) == 0)
				return note->n_descsz == size && memcmp((const void *)text, id, size) == 0;
			at = text + ((note->n_descsz + align) & ~align);
		}
	}
	return 0;
}

int interpreter_is_as_filed(const struct interpreter *interpreter, const struct blob *file)
{
	for (uint32_t i = 0; i < file->patches; i++) {
		const struct patch *patch = &PATCHES(file)[i];
		if (!in_code(interpreter, patch->at, patch->original_size) ||
				(patch->relay != 0 && !in_code(interpreter, patch->relay, 1)) ||
				memcmp((const void *)(interpreter->base + patch->at), patch->original, patch->original_size) != 0)
			return 0;
	}
	for (uint32_t i = 0; i < file->redirections; i++) {
		const struct redirection *redirection = &REDIRECTIONS(file)[i];
		uint32_t word;
		if (!in_code(interpreter, redirection->at, sizeof word))
			return 0;
		/* There are tens of thousands: a load each, no call. */
		__builtin_memcpy(&word, (const void *)(interpreter->base + redirection->at), sizeof word);
		if (word != redirection->original)
			return 0;
	}
	return 1;
}

static int in_code(const struct interpreter *interpreter, uint64_t address, uint64_t size)
{
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		if (is_code(segment) && address - segment->p_vaddr < segment->p_filesz &&
				size <= segment->p_filesz - (address - segment->p_vaddr))
			return 1;
	}
	return 0;
}

static int is_code(const ElfW(Phdr) * segment)
{
	return segment->p_type == PT_LOAD && segment->p_flags & PF_X;
}

int interpreter_protect(const struct interpreter *interpreter, int writable)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		if (!is_code(segment))
			continue;
		uintptr_t low = (interpreter->base + segment->p_vaddr) & ~(page - 1);
		uintptr_t high = (interpreter->base + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
		int protection = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) | PROT_EXEC;
		if (mprotect((void *)low, high - low, writable ? PROT_READ | PROT_WRITE : protection) != 0)
			return -errno;
	}
	return 0;
}

/* A kernel before 5.14 refuses, and makes the copies one by one as they are written. */
void interpreter_copy(const struct interpreter *interpreter)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), low = interpreter->code & ~(page - 1);
	(void)madvise((void *)low, interpreter->code + interpreter->code_size - low, MADV_POPULATE_WRITE);
}

void interpreter_restore(const struct interpreter *interpreter)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int fd = open(interpreter->path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < interpreter->count; i++) {
		const ElfW(Phdr) *segment = &interpreter->segments[i];
		if (!is_code(segment))
			continue;
		uintptr_t before = (interpreter->base + segment->p_vaddr) & (page - 1);
		void *low = (void *)(interpreter->base + segment->p_vaddr - before);
		/* Without its code the program is lost. */
		if (fd < 0 || mmap(low, segment->p_filesz + before, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd,
											 (off_t)(segment->p_offset - before)) != low)
			abort();
	}
	if (fd >= 0)
		close(fd);
}
