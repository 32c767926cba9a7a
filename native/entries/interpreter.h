/* This file declares an object of which functions are patched, as it is loaded: finding it, knowing it, the right to write its code. */
#ifndef PYINTERPOSE_ENTRIES_INTERPRETER_H
#define PYINTERPOSE_ENTRIES_INTERPRETER_H

#include "entries.h"

#include <link.h>

/* The interpreter; libc is the other one. */
struct interpreter {
	uintptr_t base;
	const ElfW(Phdr) * segments;
	int count;
	const char *path;
	/* Most of its code. */
	uintptr_t code, code_size;
};

/* -ENOENT where it is not loaded. */
int interpreter_find(struct interpreter *out);
int interpreter_find_libc(struct interpreter *out);

/* Whether it is the file that the blob was made for, and whether its code in memory is still what is in that file. */
int interpreter_is_of(const struct interpreter *interpreter, const struct blob *file);
int interpreter_is_as_filed(const struct interpreter *interpreter, const struct blob *file);

/* Makes its code writable and not executable, or as its file says again. A negative errno where the system forbids it. */
int interpreter_protect(const struct interpreter *interpreter, int writable);

/* Copies all of its code's pages at once, in half the time of one by one: where nearly every page is about to be written. */
void interpreter_copy(const struct interpreter *interpreter);

/* Maps its code anew: a system may forbid to execute what was written (SELinux: execmod), which shows only then. */
void interpreter_restore(const struct interpreter *interpreter);

#endif
