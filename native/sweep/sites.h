/*
 * This file declares the table of call sites: per slot and return address who calls, found out once, and how often.
 */
#ifndef PYINTERPOSE_SWEEP_SITES_H
#define PYINTERPOSE_SWEEP_SITES_H

#include <stdint.h>

/* How a call site was understood; `caller` is a role of ledger.h, or CALLER_SHIM. */
struct sight {
	int caller;
	/* The role that the return address pretends: another one where the entry was a tail call. */
	int pretended;
	/* Whether that is as far as can be told: a tail call of somebody else's would look the same. */
	int unsure;
};

/* One more call from a site that is known: 0 and what was understood of it. 1 where it is not known. General registers only. */
int sites_count(uint32_t slot, uintptr_t return_address, struct sight *out);

/* The first call from a site. Where the table is full, nothing is kept of it. */
void sites_add(uint32_t slot, uintptr_t return_address, struct sight sight);

#endif
