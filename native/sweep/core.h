/* This file declares the core, as it is loaded: finding it, knowing it, and the right to write its code. */
#ifndef PYINTERPOSE_SWEEP_CORE_H
#define PYINTERPOSE_SWEEP_CORE_H

#include "entries.h"

#include <link.h>

struct core {
	uintptr_t base;
	const ElfW(Phdr) * segments;
	int count;
	const char *path;
	/* Most of its code. */
	uintptr_t code, code_size;
};

/* -ENOENT where it is not loaded. */
int core_find(struct core *out);

/* Whether it is the file that the blob was made for, and whether its code in memory is still what is in that file. */
int core_is_of(const struct core *core, const struct blob *file);
int core_is_as_filed(const struct core *core, const struct blob *file);

/* Makes its code writable and not executable, or as its file says again. A negative errno where the system forbids it. */
int core_protect(const struct core *core, int writable);

/* Maps its code anew: a system may forbid to execute what was written (SELinux: execmod), which shows only then. */
void core_restore(const struct core *core);

#endif
