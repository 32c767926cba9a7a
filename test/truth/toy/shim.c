/* This file is the override: it counts the calls that reach it and forwards them. */
#define _GNU_SOURCE
#include "toy.h"

#include <dlfcn.h>
#include <stdio.h>

#define OVERRIDE(leaf) \
	static int ran_##leaf; \
	int leaf_##leaf(int x) \
	{ \
		toy_function *next = (toy_function *)dlsym(RTLD_NEXT, "leaf_" #leaf); \
		ran_##leaf += 1; \
		return next(x); \
	}
NAMES(OVERRIDE)

__attribute__((destructor)) static void print_ran(void)
{
#define PRINT(leaf) printf("ran %s %d\n", #leaf, ran_##leaf);
	NAMES(PRINT)
}
