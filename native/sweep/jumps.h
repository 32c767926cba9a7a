/*
 * This file declares who may have entered a function with a return address that lies in the interpreter, where the interpreter names that
 * function nowhere: an object that jumps to it as the last thing it does, or the interpreter by an address from another object's table.
 */
#ifndef PYINTERPOSE_SWEEP_JUMPS_H
#define PYINTERPOSE_SWEEP_JUMPS_H

struct jumps {
	/* The role of an object outside the interpreter that jumps to the function; -1 where none does. */
	int jumper;
	/* Whether an object outside the interpreter holds the function's address. */
	int held;
};

/* Looks through all objects that are loaded now. */
struct jumps jumps_to(const char *symbol);

#endif
