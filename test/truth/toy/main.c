/* This file takes every route once, and prints which leaves were entered how often. */
#define _GNU_SOURCE
#include "toy.h"

#include <dlfcn.h>

/* Not known to the compiler, so that no route is taken while compiling. */
static volatile int zero;

int main(void)
{
	zero = via_same_unit(zero) + via_other_unit(zero) + via_tail(zero) + via_branch(zero) + via_tail_other_unit(zero) + via_weak(zero)
		+ via_weak_other_unit(zero) + via_aliased(zero) + via_ifunc(zero) + via_versioned(zero) + via_version_script(zero);
	zero = 0;
	zero = via_table(zero)(1) + via_table_other_unit(zero)(1) + via_address()(1) + via_address_other_unit()(1);
	zero = via_library(zero) + leaf_executable(leaf_executable(zero) * 3) + leaf_recursive(1);

	toy_function *found = (toy_function *)dlsym(RTLD_DEFAULT, "leaf_lookup");
	zero = found(zero);
	print_entered();
	return 0;
}
