/*
 * This file declares who may have entered a function that the interpreter does not name, with a return address in the interpreter.
 *
 * Either another object made a tail call: the interpreter called a function of that object, whose last instruction is a jump
 * to this one. Or the interpreter called an address that another object keeps in a table (a method definition, a type slot). The
 * relocations of the loaded objects and the jumps in their code tell which of the two can be.
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
