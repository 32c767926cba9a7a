/* This file declares who calls: from a return address to the role of the ELF object that holds it. */
#ifndef PYINTERPOSE_OBJECTS_H
#define PYINTERPOSE_OBJECTS_H

#include <stdint.h>

/* A call that one of our own shims makes: never counted. */
#define CALLER_SHIM (-1)

/* One executable range of a loaded object. Never changes after it was published. */
struct object {
	uintptr_t low;
	uintptr_t size;
	int caller;
};

/* The range that holds an address. Lock-free once the object is known. An address in no object is a library's. */
const struct object *objects_find(const void *address);

/* Forgets what is no longer loaded. An object that was found before keeps being readable. */
void objects_forget(void);

/* The range of the object that this is linked into. */
int objects_ours(const void *address);

/* Whether an object of the loader's list, by its name there, is the interpreter. */
int objects_is_interpreter(const char *name);

/* Whether it is the libc whose functions the driver wants counted (PYINTERPOSE_LIBC). */
int objects_is_libc(const char *name);

#endif
