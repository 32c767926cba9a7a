/* This file names the functions of the toy library. Each is reached on one route only, and each reference to it runs once. */
#ifndef TOY_H
#define TOY_H

#define LEAVES(LEAF) \
	LEAF(same_unit) \
	LEAF(other_unit) \
	LEAF(table) \
	LEAF(table_other_unit) \
	LEAF(address) \
	LEAF(address_other_unit) \
	LEAF(tail) \
	LEAF(branch) \
	LEAF(tail_other_unit) \
	LEAF(recursive) \
	LEAF(weak) \
	LEAF(weak_other_unit) \
	LEAF(aliased) \
	LEAF(ifunc) \
	LEAF(versioned) \
	LEAF(executable) \
	LEAF(library) \
	LEAF(lookup)

/* A second name of leaf_aliased. */
#define NAMES(NAME) LEAVES(NAME) NAME(alias)

typedef int toy_function(int);

#define DECLARE(leaf) int leaf_##leaf(int);
NAMES(DECLARE)

int via_same_unit(int), via_other_unit(int), via_tail(int), via_branch(int), via_tail_other_unit(int), via_weak(int), via_weak_other_unit(int);
int via_aliased(int), via_ifunc(int), via_versioned(int), via_version_script(int), via_library(int);
toy_function *via_table(int), *via_table_other_unit(int), *via_address(void), *via_address_other_unit(void);
void print_entered(void);

#endif
