/*
 * This file declares the reading of a call site: which function the call before a return address calls.
 *
 * A tail call leaves its caller's caller as the return address. Where the call there is a direct one, or one through a
 * slot of memory, its callee is known: if that is not the function entered, it is the callee that has jumped there.
 */
#ifndef PYINTERPOSE_CALLEE_H
#define PYINTERPOSE_CALLEE_H

#include "objects.h"

#include <stdint.h>

enum callee {
	/* No call stands before the address. */
	CALLEE_NONE,
	/* A call through a register or a computed place: it may have called anything. */
	CALLEE_ANY,
	/* The callee is in *out, PLT stubs followed. */
	CALLEE_KNOWN,
};

/* `object` is the range that holds the return address; a direct call that leaves it is no call. */
enum callee callee_before(uintptr_t return_address, const struct object *object, uintptr_t *out);

#endif
