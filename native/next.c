/*
 * This file finds the definition that an override forwards to.
 *
 * dlsym may itself call an overridden function (glibc before 2.34 calls calloc, and copes with a null result). While a
 * thread resolves, such a call gets `nothing` instead of a second resolution.
 */
#include "next.h"
#include "loaded.h"
#include "objects.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Thread_local int resolving __attribute__((tls_model("initial-exec")));

/* Of entries.so, which need not be loaded: where a call that ran an override goes on, past the entry counter. */
extern void *pyinterpose_resume(void *entry) __attribute__((weak));

static void *in_interpreter(const char *symbol);
static int visit(struct dl_phdr_info *info, size_t size, void *data);
static uintptr_t nothing(void);
static void report(const char *symbol);

void *next_find(void *_Atomic *cache, const char *symbol)
{
	if (resolving)
		return (void *)(uintptr_t)nothing;
	int kept = errno;
	resolving = 1;
	void *found = dlsym(RTLD_NEXT, symbol);
	if (found == NULL || objects_ours(found))
		found = dlsym(RTLD_DEFAULT, symbol);
	if (found == NULL || objects_ours(found))
		found = in_interpreter(symbol);
	resolving = 0;
	errno = kept;
	if (found == NULL || objects_ours(found))
		report(symbol);
	if (pyinterpose_resume != NULL)
		found = pyinterpose_resume(found);
	atomic_store_explicit(cache, found, memory_order_relaxed);
	return found;
}

/* A program may open its libpython with RTLD_LOCAL: then no scope of ours leads there. */
static void *in_interpreter(const char *symbol)
{
	const char *name = NULL;
	dl_iterate_phdr(visit, &name);
	void *handle = name == NULL ? NULL : dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
	return handle == NULL ? NULL : dlsym(handle, symbol);
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	const char **name = data;
	(void)size;
	if (loaded_name(info)[0] == '\0' || !objects_is_interpreter(info->dlpi_name))
		return 0;
	*name = info->dlpi_name;
	return 1;
}

static uintptr_t nothing(void)
{
	return 0;
}

static void report(const char *symbol)
{
	static const char before[] = "pyinterpose: no definition to forward to: ";
	char line[160];
	size_t length = sizeof before - 1, name = strlen(symbol);
	if (name > sizeof line - sizeof before - 1)
		name = sizeof line - sizeof before - 1;
	memcpy(line, before, length);
	memcpy(line + length, symbol, name);
	line[length + name] = '\n';
	/* The process ends in the next statement, whether or not this was written. */
	if (write(STDERR_FILENO, line, length + name + 1) < 0)
		abort();
	abort();
}
