/* This file defines the leaves, which count how often they are entered, and the callers that share their unit. */
#include "toy.h"

#include <stdio.h>

#define INDEX(leaf) INDEX_##leaf,
enum { LEAVES(INDEX) COUNT };

static volatile int entered[COUNT];

#ifdef __clang__
#define LEAF __attribute__((noinline))
#else
#define LEAF __attribute__((noinline, noclone))
#endif

#define DEFINE(leaf) int leaf_##leaf(int x) { entered[INDEX_##leaf] += 1; return x + 1; }

LEAF DEFINE(same_unit)
int via_same_unit(int x) { return leaf_same_unit(leaf_same_unit(x) * 3) ^ x; }

LEAF DEFINE(other_unit)

LEAF DEFINE(table)
static int not_exported(int x) { return x; }
static toy_function *const table[] = { leaf_table, not_exported };
toy_function *via_table(int index) { return table[index & 1]; }

LEAF DEFINE(table_other_unit)

LEAF DEFINE(address)
toy_function *via_address(void) { return leaf_address; }

LEAF DEFINE(address_other_unit)

LEAF DEFINE(tail)
int via_tail(int x) { return leaf_tail(x); }

LEAF DEFINE(branch)
int via_branch(int x) { return x > 0 ? x : leaf_branch(x); }

LEAF DEFINE(tail_other_unit)

LEAF int leaf_recursive(int x)
{
	entered[INDEX_recursive] += 1;
	if (x > 0) x ^= leaf_recursive(x - 1);
	/* Keeps compilers from making a loop of it. */
	__asm__ volatile("" ::: "memory");
	return x;
}

__attribute__((weak)) LEAF DEFINE(weak)
int via_weak(int x) { return leaf_weak(leaf_weak(x) * 3) ^ x; }

__attribute__((weak)) LEAF DEFINE(weak_other_unit)

LEAF DEFINE(aliased)
__attribute__((alias("leaf_aliased"))) int leaf_alias(int);
int via_aliased(int x) { return leaf_alias(leaf_aliased(leaf_alias(x) * 3) * 5) ^ x; }

static LEAF int ifunc_chosen(int x) { entered[INDEX_ifunc] += 1; return x + 1; }
/* Not known to the compiler: from clang 19 on, what a resolver always chooses is called at once. */
static volatile int ifunc_has_none;
__attribute__((used)) static toy_function *ifunc_resolver(void) { return ifunc_has_none ? 0 : ifunc_chosen; }
__attribute__((ifunc("ifunc_resolver"))) int leaf_ifunc(int);
int via_ifunc(int x) { return leaf_ifunc(leaf_ifunc(x) * 3) ^ x; }

#ifdef VERSIONED
/* Two versions of one name; the version script makes these two names local. */
__asm__(".symver versioned_new, leaf_versioned@@TOY_2");
__asm__(".symver versioned_old, leaf_versioned@TOY_1");
LEAF int versioned_new(int x) { entered[INDEX_versioned] += 1; return x + 1; }
LEAF int versioned_old(int x) { entered[INDEX_versioned] += 1; return x + 1; }
int via_version_script(int x) { return versioned_old(x) ^ x; }
#else
LEAF DEFINE(versioned)
int via_version_script(int x) { return x; }
#endif

LEAF DEFINE(executable)
LEAF DEFINE(library)
LEAF DEFINE(lookup)

void print_entered(void)
{
#define PRINT(leaf) printf("entered %s %d\n", #leaf, entered[INDEX_##leaf]);
	LEAVES(PRINT)
}
