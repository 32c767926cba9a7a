/*
 * This file notices that an object is unloaded: it stands before libc's dlclose, and does nothing else than that does.
 *
 * The loader counts what it unloads (dlpi_subs), but to ask it at every call would cost more than the call.
 */
#include "unload.h"
#include "objects.h"
#include "page.h"
#include "visibility.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

/* ISO C has no function behind a void pointer; POSIX has. */
#pragma GCC diagnostic ignored "-Wpedantic"

typedef int close_function(void *handle);

static close_function *_Atomic next;

void unload_prepare(void)
{
	atomic_store(&next, (close_function *)dlsym(RTLD_NEXT, "dlclose"));
}

EXPORT int dlclose(void *handle)
{
	if (atomic_load(&next) == NULL)
		unload_prepare();
	close_function *found = atomic_load(&next);
	int result = found == NULL ? -1 : found(handle);
	int kept = errno;
	if (result == 0 && !in_forked_child) {
		objects_forget();
		unload_forget();
	}
	errno = kept;
	return result;
}
