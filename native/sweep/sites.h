/*
 * This file declares the table of call sites: per slot and return address who calls, found out once, and how often.
 *
 * The table is the process's own unless PYINTERPOSE_SITES names a file that the driver has made for it; then it is that
 * file, with the objects that the sites lie in, and all calls come here, the interpreter's too.
 */
#ifndef PYINTERPOSE_SWEEP_SITES_H
#define PYINTERPOSE_SWEEP_SITES_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define SITES_MAGIC UINT64_C(0x73657469737a6e65)
#define SITES_VERSION 1u
/* A broad workload meets some 3,000 sites outside the interpreter, and 20,000 in it. */
#define SITES (1u << 16)
#define SITES_OBJECTS 1024

/* An object, as the loader names it; the main program has no name. */
struct sites_object {
	uint64_t low;
	uint64_t size;
	/* What was added to the addresses of the file. */
	uint64_t bias;
	char path[232];
};

struct site {
	/* The return address and, above its 48 bits, the slot. 0: free. */
	_Atomic uint64_t key;
	_Atomic uint64_t calls;
	/* What was understood, a byte each: pretended role + 2, caller's role + 2, unsure, enum callee. 0: not yet. */
	_Atomic uint64_t sight;
	/* The return address where it is in the file: another one for an instruction that entries.so has moved. */
	_Atomic uint64_t origin;
};

struct sites {
	uint64_t magic;
	uint32_t version;
	uint32_t sites;
	uint32_t most_objects;
	_Atomic uint32_t objects;
	/* Calls from sites for which there was no place. */
	_Atomic uint64_t missed;
	uint64_t reserved[4];
	struct sites_object object[SITES_OBJECTS];
	struct site site[SITES];
};

static_assert(offsetof(struct sites, objects) == 20, "layout of the sites");
static_assert(offsetof(struct sites, missed) == 24, "layout of the sites");
static_assert(offsetof(struct sites, object) == 64, "layout of the sites");
static_assert(sizeof(struct sites_object) == 256, "layout of the sites");
static_assert(sizeof(struct site) == 32, "layout of the sites");

/* How a call site was understood; `caller` is a role of ledger.h, or CALLER_SHIM. */
struct sight {
	int caller;
	/* The role that the return address pretends: another one where the entry was a tail call. */
	int pretended;
	/* Whether that is as far as can be told: a tail call of somebody else's would look the same. */
	int unsure;
	/* What stands before the return address: see callee.h; CALLEE_KNOWN + 1 where the callee is another function. */
	int callee;
};

/* One more call from a site that is known: 0 and what was understood of it. 1 where it is not known. General registers only. */
int sites_count(uint32_t slot, uintptr_t return_address, struct sight *out);

/* The first call from a site. Where the table is full, nothing is kept of it. */
void sites_add(uint32_t slot, uintptr_t return_address, uintptr_t origin, struct sight sight);

/* Moves to the file, if there is one: 1 where there is. To be called by the constructor. */
int sites_enter(void);

/* Goes back, in a forked child. */
void sites_leave(void);

#endif
