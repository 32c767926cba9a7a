/* This file calls the leaves from another translation unit of the same library. */
#include "toy.h"

int via_other_unit(int x) { return leaf_other_unit(leaf_other_unit(x) * 3) ^ x; }

static int not_exported(int x) { return x; }
static toy_function *const table[] = { leaf_table_other_unit, not_exported };
toy_function *via_table_other_unit(int index) { return table[index & 1]; }

toy_function *via_address_other_unit(void) { return leaf_address_other_unit; }

int via_tail_other_unit(int x) { return leaf_tail_other_unit(x); }

int via_weak_other_unit(int x) { return leaf_weak_other_unit(leaf_weak_other_unit(x) * 3) ^ x; }

int via_versioned(int x) { return leaf_versioned(leaf_versioned(x) * 3) ^ x; }
